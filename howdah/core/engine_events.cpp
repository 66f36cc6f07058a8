// What observers are told of calls and transactions. Time is taken here only where there is one.

#include <utility>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/core/shown_parameters.hpp"

namespace howdah::core {
namespace {

using std::chrono::microseconds;

microseconds in_microseconds(clock::duration d) { return std::chrono::duration_cast<microseconds>(d); }

// Zero where either was not reached.
microseconds between(clock::time_point begin, clock::time_point end) {
    const bool both = begin != clock::time_point{} && end != clock::time_point{};
    return both && end > begin ? in_microseconds(end - begin) : microseconds{};
}

std::string_view trace_id_of(const statement_comment* c) noexcept {
    return c != nullptr ? std::string_view{c->traced().trace_id} : std::string_view{};
}
std::string_view span_id_of(const statement_comment* c) noexcept {
    return c != nullptr ? std::string_view{c->traced().span_id} : std::string_view{};
}

bool is_lock_conflict(const error& e) {
    const auto state = e.state();
    return state == lock_not_available || state == deadlock_detected || state == serialization_failure;
}

}  // namespace

// Calls.

// False: somebody objects, and it is done.
bool engine::watch_start(operation& op) {
    op.tally_ = std::make_unique<operation::tally>();
    if (op.lease != 0 && op.lease == holder_.id) {
        op.tally_->attempt = holder_.attempt;
        holder_.idle = idle_time(holder_);
        holder_.idle_since = {};
        holder_.pause_told = false;
    }
    if (op.text().empty()) return true;
    auto& to = *options_.watcher;
    const auto* const policy = to.shown_parameters();
    const auto for_each_statement = [&](auto f) {
        for (std::size_t i = 0; i < op.statements(); ++i) {
            const auto s = op.statement_at(i);
            const auto parameters = policy != nullptr ? shown_parameters(s, *policy) : std::string{};
            f(query_start_event{.statement = s.text,
                                .parameters = parameters,
                                .host = options_.host,
                                .process_id = options_.process_id,
                                .trace_id = trace_id_of(op.comment()),
                                .span_id = span_id_of(op.comment())});
        }
    };
    std::optional<error> refused;
    for_each_statement([&](const query_start_event& e) {
        auto objects = observe::objection(to, e);
        if (objects && !refused) refused = std::move(objects);
    });
    if (!refused) {
        auto said =
            observe::comment(to, {.statement = op.text(), .host = options_.host, .process_id = options_.process_id});
        if (!said.empty()) op.tally_->comment = std::make_unique<const statement_comment>(std::move(said));
    }
    for_each_statement([&](const query_start_event& e) { observe::tell(&to, e); });
    if (!refused) return true;
    op.fail(std::move(*refused).with_fate(fate::not_sent));
    finish(op);
    return false;
}

void engine::watch_written() noexcept {
    if (!output().empty()) return;
    const auto now = clock::now();
    for (auto& op : running_)
        if (op.tally_ && op.tally_->sent == clock::time_point{} && session_.has(op)) op.tally_->sent = now;
}

void engine::watch_answer(const wire::event& e) noexcept {
    if (e.to == nullptr || is_own(e.to) || e.in_prelude) return;
    auto* const tally = static_cast<operation*>(e.to)->tally_.get();
    if (tally != nullptr && tally->answered == clock::time_point{}) tally->answered = now_;
}

std::error_code engine::watch_rows(const wire::event& e) {
    watch_answer(e);
    auto& op = *static_cast<operation*>(e.to);
    auto& tally = *op.tally_;
    tally.rows += e.count;
    tally.bytes += e.data.size();
    const auto began = clock::now();
    const auto failed =
        e.what == wire::event::kind::rows ? op.rows(*this, e.data, e.count) : op.copy_data(*this, e.data, e.count);
    const auto taken = clock::now() - began;
    tally.decoding += taken;
    if (std::exchange(tally.read_at, now_) != now_) tally.decoding_now = {};
    tally.decoding_now += taken;
    return failed;
}

void engine::watch_end(const operation& op) {
    if (op.text().empty()) return;
    auto* const to = options_.watcher.get();
    const operation::tally none{};  // it was refused before it was its turn
    const auto& tally = op.tally_ ? *op.tally_ : none;
    const auto attempt = tally.attempt + (op.resent_ ? 1 : 0);
    const auto* const failure = op.failure_ ? &*op.failure_ : nullptr;
    // now_ is when the last of its answer was read.
    const auto duration = between(op.started_, now_ + (tally.read_at == now_ ? tally.decoding_now : clock::duration{}));
    // What was paused has waited for its reader.
    const bool slow = options_.slow_query.count() > 0 && duration >= options_.slow_query && op.resumed_ <= op.started_;
    if (slow)
        observe::tell(to, slow_query_event{.statement = op.text(),
                                           .host = options_.host,
                                           .process_id = options_.process_id,
                                           .duration = duration,
                                           .threshold = options_.slow_query,
                                           .trace_id = trace_id_of(op.comment()),
                                           .span_id = span_id_of(op.comment())});
    if (failure != nullptr && is_lock_conflict(*failure))
        observe::tell(to, lock_conflict_event{.statement = op.text(),
                                              .host = options_.host,
                                              .process_id = options_.process_id,
                                              .attempt = attempt,
                                              .failure = failure});
    if (failure != nullptr && failure->code() == errc::result_too_large)
        observe::tell(
            to,
            result_limit_event{
                .statement = op.text(), .host = options_.host, .process_id = options_.process_id, .failure = failure});
    observe::tell(to, query_end_event{.statement = op.text(),
                                      .host = options_.host,
                                      .process_id = options_.process_id,
                                      .attempt = attempt,
                                      .acquiring = op.acquiring,
                                      .queued = between(op.submitted_, op.started_),
                                      .duration = duration,
                                      .sending = between(op.started_, tally.sent),
                                      .server = between(tally.sent, tally.answered),
                                      .decoding = in_microseconds(tally.decoding),
                                      .rows = tally.rows,
                                      .bytes = tally.bytes,
                                      .failure = failure,
                                      .trace_id = trace_id_of(op.comment()),
                                      .span_id = span_id_of(op.comment())});
}

// Transactions.

// When a transaction will have had a pause that is long enough to be told: not before now + idle_in_transaction where the
// server is at work, or has not begun it yet.
clock::time_point engine::pause_deadline() const noexcept {
    const bool watched = holder_.id != 0 && options_.watcher != nullptr && options_.idle_in_transaction.count() > 0;
    if (!watched || holder_.pause_told) return clock::time_point::max();
    return (is_pausing() ? holder_.idle_since : now_) + options_.idle_in_transaction;
}

bool engine::is_pausing() const noexcept {
    return holder_.idle_since != clock::time_point{} && session_.in_flight() == 0;
}

void engine::tell_pause() {
    holder_.pause_told = true;
    observe::tell(options_.watcher.get(), idle_in_transaction_event{.host = options_.host,
                                                                    .process_id = options_.process_id,
                                                                    .duration = between(holder_.since, now_),
                                                                    .idle = between(holder_.idle_since, now_)});
}

void engine::confirm_begin() {
    holder_.state = begin_state::confirmed;
    if (options_.watcher == nullptr || holder_.begun) return;
    holder_.begun = true;
    observe::tell(
        options_.watcher.get(),
        transaction_begin_event{.host = options_.host, .process_id = options_.process_id, .attempt = holder_.attempt});
}

// The call that has ended it may still say how.
void engine::end_lease() {
    auto over = std::exchange(holder_, {});
    if (!over.begun) return;
    if (over.ender != nullptr) ended_ = std::move(over);
    else tell_transaction_end(over, over.commits ? transaction_outcome::lost : transaction_outcome::rolled_back);
}

void engine::lose_lease() {
    const auto over = std::exchange(holder_, {});
    if (over.begun) tell_transaction_end(over, transaction_outcome::lost);
}

void engine::forget_ender(const operation& op) {
    if (holder_.ender == &op) holder_.ender = nullptr;
    if (ended_.ender != &op) return;
    using enum transaction_outcome;
    const auto over = std::exchange(ended_, {});
    if (!op.failure_) return tell_transaction_end(over, over.commits ? committed : rolled_back);
    const auto f = op.failure_->fate();
    tell_transaction_end(over, f == fate::unknown || f == fate::commit_unknown ? lost : rolled_back);
}

void engine::tell_transaction_end(const holder& of, transaction_outcome outcome) {
    observe::tell(options_.watcher.get(), transaction_end_event{.host = options_.host,
                                                                .process_id = options_.process_id,
                                                                .attempt = of.attempt,
                                                                .outcome = outcome,
                                                                .duration = between(of.since, now_),
                                                                .idle = in_microseconds(idle_time(of))});
}

void engine::tell_long_transaction() {
    observe::tell(options_.watcher.get(), long_transaction_event{.host = options_.host,
                                                                 .process_id = options_.process_id,
                                                                 .duration = between(holder_.since, now_),
                                                                 .idle = in_microseconds(idle_time(holder_))});
}

clock::duration engine::idle_time(const holder& of) const noexcept {
    return of.idle_since == clock::time_point{} ? of.idle : of.idle + (now_ - of.idle_since);
}

}  // namespace howdah::core
