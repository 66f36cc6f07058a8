#include "howdah/core/transaction_calls.hpp"

#include "howdah/core/columns.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

void lease_call::advance(engine& e) {
    granted_ = e.grant(std::move(begin_), limits_);
    e.finish(*this);
}

void end_call::advance(engine& e) {
    if (!e.has_begun(lease)) {  // nothing was sent, so there is nothing to end
        const auto unused = lease;
        e.finish(*this);
        return e.release(unused);
    }
    e.ending(*this);
    const auto ask = [&](std::string_view sql) {
        wire::serialize(wire::simple_query{.sql = sql}, e.open_exchange(*this));
        e.close_exchange();
    };
    // In front of the COMMIT, because SET LOCAL ends with it. In a failed transaction it fails, and changes nothing.
    if (position_ == position::wanted) {
        stage_ = stage::asking_mode;
        ask("show synchronous_commit");
    }
    ask(text());
    if (position_ == position::wanted) ask(wal_position_query);
}

std::optional<wal_position> end_call::where() const {
    if (mode_.empty() || place_.empty()) return std::nullopt;
    return read_wal_position(wal_position_row::of(place_[0]), mode_[0][0].as<std::string>());
}

std::error_code end_call::message(engine&, char tag, bytes_view body) {
    if (stage_ == stage::ending) return tag == wire::tag::command_complete ? answered(body) : errc::protocol_violation;
    auto& answer = stage_ == stage::asking_mode ? mode_ : place_;
    if (tag == wire::tag::command_complete) return {};
    wire::row_description d;
    if (tag != wire::tag::row_description || parse(body, d)) return errc::protocol_violation;
    answer.describe(std::make_shared<const std::vector<column>>(columns_of(d)));
    return {};
}

std::error_code end_call::answered(bytes_view body) {
    wire::command_complete c;
    if (parse(body, c)) return errc::protocol_violation;
    answered_ = true;
    if (how_ == how::commit && c.command_tag != "COMMIT")
        fail(error{errc::commit_rolled_back,
                   "the transaction had failed, so the server rolled it back instead of committing it",
                   fate::rejected});
    return {};
}

std::error_code end_call::rows(engine&, bytes_view frames, std::uint32_t count) {
    if (stage_ == stage::ending) return errc::protocol_violation;
    auto& answer = stage_ == stage::asking_mode ? mode_ : place_;
    return answer.columns().empty() ? make_error_code(errc::protocol_violation) : answer.append_rows(frames, count);
}

void end_call::rejected(engine&, server_message&& m) {
    if (stage_ == stage::ending) fail(error{std::move(m)});
}

void end_call::ready(engine& e) {
    switch (stage_) {
        case stage::asking_mode: stage_ = stage::ending; return;
        case stage::ending:
            if (!answered_ && !failure())
                fail(error{errc::protocol_violation, "the server ended the exchange without an answer",
                           fate_when_lost()});
            confirmed_ = !failure();
            if (position_ == position::unasked || (failure() && failure()->code() == errc::protocol_violation)) break;
            stage_ = stage::asking_position;
            return;
        case stage::asking_position: break;
    }
    e.finish(*this);
}

enum fate end_call::fate_when_lost() const noexcept {
    if (confirmed_) return fate::executed;
    return how_ == how::commit ? fate::commit_unknown : fate::rejected;
}

}  // namespace howdah::core
