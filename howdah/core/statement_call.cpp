#include "howdah/core/statement_call.hpp"

#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

void statement_call::advance(engine& e) {
    if (state_ == state::fresh) {
        if (auto refused = statement_.check(e)) {
            fail(std::move(*refused));
            return e.finish(*this);
        }
    }
    const auto step = statement_.next_step(e);
    if (purpose_ == purpose::describe_only && statement_.described()) return e.finish(*this);
    auto& out = e.open_exchange(*this);
    if (step == statement::step::describe || purpose_ == purpose::describe_only) {
        state_ = state::describing;
        statement_.write_describe(out);
    } else {
        state_ = state::executing;
        if (statement_.write_execute(e, out)) {
            e.take_back_exchange(*this);
            return end(e);
        }
    }
    // The simple protocol's Query brings its own ReadyForQuery.
    if (e.options().statements != statement_mode::simple) wire::serialize(wire::sync_message{}, out);
    e.close_exchange();
}

std::error_code statement_call::message(engine& e, char tag, bytes_view body) {
    const auto progress = statement_.message(e, tag, body);
    if (progress == statement::progress::wrong) return errc::protocol_violation;
    if (statement_.copying_in() && tag == wire::tag::copy_in_response) return e.refuse_copy_in(*this);
    return {};
}

std::error_code statement_call::rows(engine& e, bytes_view frames, std::uint32_t count) {
    const auto failed = statement_.rows(e, frames, count);
    if (statement_.drops_rows()) e.skip_rows();
    return failed;
}

void statement_call::rejected(engine& e, server_message&& m) {
    if (statement_.rejected(e, std::move(m))) state_ = state::stale;
}

void statement_call::ready(engine& e) {
    switch (state_) {
        case state::describing:
            if (statement_.failure()) return end(e);
            if (!statement_.described()) return unanswered(e);
            if (purpose_ == purpose::describe_only) return end(e);
            return e.proceed(*this);
        case state::stale: return e.proceed(*this);
        case state::fresh:
        case state::executing:
            if (!statement_.failure() && !failure() && !statement_.complete()) return unanswered(e);
            return end(e);
    }
}

// ReadyForQuery, and neither an answer nor an error in front of it: without it the sink holds nothing to take.
void statement_call::unanswered(engine& e) {
    fail(error{errc::protocol_violation, "the server ended the exchange without an answer", fate::unknown});
    end(e);
}

void statement_call::end(engine& e) {
    if (auto failure = statement_.take_failure()) fail(std::move(*failure));
    e.finish(*this);
}

void statement_call::restart() noexcept {
    statement_.restart();
    state_ = state::fresh;
}

}  // namespace howdah::core
