// What becomes of a statement: found, played, and what it leaves behind.
#include <algorithm>
#include <chrono>
#include <utility>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/sim/replay/replay_session.hpp"
#include "howdah/wire/backend.hpp"
#include "howdah/wire/backend_writing.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::sim {
namespace {

using effect_kind = statement_effect::kind;

/// As the server ends it in this transaction, which may be another one than it was recorded in.
std::string tag_in(const session_state& session, const statement_effect& effect) {
    const bool gives_up = session.failed() && effect.what != effect_kind::rollback_to;
    return gives_up ? "ROLLBACK" : tag_of(effect);
}

/// By an error while data was still coming. What a client ended by CopyFail is query_canceled.
bool server_ended_copy(const execution& running) {
    const auto& error = running.given().error;
    return error && error->code != query_canceled && running.copy().how == recorded_copy::ending::failed;
}

}  // namespace

bool replay_session::refused_in_failed_transaction(const replay_request& asked) {
    if (!session_.failed() || asked.what.effect.leaves_failed) return false;
    const auto found = from_->next(track_, asked, replayer::transaction::failed);
    if (found.what != nullptr) fail(*found.what->error);
    else fail("25P02", "current transaction is aborted, commands ignored until end of transaction block");
    return true;
}

bool replay_session::refused_at(const replay_request& asked, enum refused_at where) {
    const auto found = from_->refused_at(track_, asked, where);
    if (found.refusal) fail(*found.refusal);
    else if (found.what != nullptr) fail(*found.what->error);
    return found.refusal || found.what != nullptr;
}

bool replay_session::start(const std::shared_ptr<const known_statement>& what, const replay_request& asked,
                           execution::shape how, const std::vector<format>& formats) {
    auto found = from_->next(track_, asked, replayer::transaction::healthy);
    if (found.refusal) {
        fail(*found.refusal);
        return false;
    }
    running_ = std::make_shared<execution>(from_->tape(), what, std::move(found), how, formats);
    const auto& given = running_->given();
    if (what->effect.controls_transaction() && !given.error) running_->set_tag(tag_in(session_, what->effect));
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(given.duration * from_->options().latency);
    delay_ = std::max(took - waited_, std::chrono::microseconds{0});
    if (auto fault = from_->next_fault(*what)) {
        delay_ += fault->delay;
        if (fault->cut_after) cut_at_ = output_.size() + *fault->cut_after;
        after_delay_ = std::move(fault->error);
    }
    state_ = state::waiting;
    if (delay_.count() == 0) waited();
    return running_ != nullptr;
}

void replay_session::play() {
    switch (running_->play(output_, output_at_once)) {
        case execution::progress::more: return;
        case execution::progress::copying: state_ = state::copying_in; return;
        case execution::progress::suspended:
            wire::serialize_empty(wire::tag::portal_suspended, output_);
            running_.reset();
            state_ = state::ready;
            return;
        case execution::progress::done: return finish_statement();
        case execution::progress::failed: return fail_statement();
        case execution::progress::beyond:
            return fail(from_->refuse(running_->statement(), replay_unmatched,
                                      "replay: the client takes more rows than one took when this was recorded", {}));
    }
}

void replay_session::report_changes(const answer& given) {
    for (const auto& name : session_.take_changes()) to_report_[name] = session_.parameters().find(name)->second;
    if (running_->statement().effect.what == effect_kind::rollback) return;  // what it takes back is known
    for (const auto& [name, value] : given.parameters) {
        session_.report(name, value);
        to_report_[name] = value;
    }
}

void replay_session::finish_statement() {
    const auto& effect = running_->statement().effect;
    const auto& given = running_->given();
    session_.apply(effect);
    if (effect.what == effect_kind::several) session_.set_status(given.status);
    report_changes(given);
    to_notify_.insert(to_notify_.end(), given.notifications.begin(), given.notifications.end());
    const bool discards_all = effect.what == effect_kind::discard && effect.name == "all";
    if (discards_all || (effect.what == effect_kind::deallocate && effect.name.empty())) statements_.clear();
    else if (effect.what == effect_kind::deallocate) statements_.erase(effect.name);
    if (session_.status() == wire::transaction_status::idle && effect.controls_transaction()) portals_.clear();
    running_.reset();
    state_ = state::ready;
    if (is_query_) ready();
}

void replay_session::fail_statement() {
    const auto ended = std::move(running_);
    const auto& effect = ended->statement().effect;
    const auto& given = ended->given();
    if (effect.what == effect_kind::several) session_.set_status(given.status);
    else if (effect.what == effect_kind::commit) session_.apply({.what = effect_kind::rollback});
    fail(*given.error);
}

void replay_session::take_copy(const wire::message_view& m) {
    namespace tag = wire::frontend_tag;
    switch (m.tag) {
        case tag::copy_data:
            running_->comparison().add(m.body);
            if (server_ended_copy(*running_) && running_->comparison().is_decided())
                copy_ended(recorded_copy::ending::failed, {});
            return;
        case tag::copy_done: return copy_ended(recorded_copy::ending::done, {});
        case tag::copy_fail: {
            wire::copy_fail failed;
            if (wire::parse(m.body, failed)) return violate("invalid message format");
            return copy_ended(recorded_copy::ending::failed, failed.reason);
        }
        case tag::flush:
        case tag::sync: return;  // as the protocol asks
        default: return violate("unexpected message type during COPY from stdin");
    }
}

void replay_session::copy_ended(recorded_copy::ending how, std::string_view reason) {
    auto& data = running_->comparison();
    const bool ended_so = running_->copy().how == how;
    // What the server refused, it need not have read to its end.
    if (!running_->given().error) data.finish();
    if (how == recorded_copy::ending::failed && !ended_so)
        return fail("57014", "COPY from stdin failed: " + std::string{reason});
    if (data.differs_at() || !ended_so)
        return fail(from_->refuse(running_->statement(), replay_copy_differs,
                                  "replay: what is copied in is not what was recorded",
                                  "the first difference is at byte " + std::to_string(data.differs_at().value_or(0))));
    running_->copied();
    state_ = state::playing;
}

}  // namespace howdah::sim
