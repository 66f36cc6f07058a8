#include "howdah/core/statement_call.hpp"

#include <utility>

#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

bool statement_call::is_simple_query(const engine& e) const noexcept {
    return e.options().statements == statement_mode::simple;
}

void statement_call::advance(engine& e) {
    if (state_ == state::fresh) {
        if (auto refused = statement_.check(e)) {
            fail(std::move(*refused));
            return e.finish(*this);
        }
        if (purpose_ == purpose::describe_types && e.options().statements == statement_mode::simple) {
            fail(error{errc::wrong_statement_kind,
                       "statement_mode simple can't tell the types of a query's columns: use prepare or unnamed"});
            return e.finish(*this);
        }
        if (purpose_ == purpose::run && lease == 0) statement_.may_try_again();
    }
    if (purpose_ == purpose::forget) {
        statement_.forget(e);
        return e.finish(*this);
    }
    if (lookup_ == nullptr) {
        const auto step = statement_.next_step(e, said());
        const bool looks_up = step == statement::step::look_up && purpose_ != purpose::describe_only;
        if (purpose_ != purpose::run && statement_.described() && !looks_up) return e.finish(*this);
        if (looks_up) begin_lookup();
        else if (purpose_ != purpose::run || step == statement::step::describe) state_ = state::describing;
        else state_ = state::executing;
    }
    auto& out = e.open_exchange(*this);
    if (write_next(e, out)) {
        e.take_back_exchange(*this);
        if (lookup_ == nullptr && statement_.distrust(e)) return advance(e);
        return end(e);
    }
    // The simple protocol's Query brings its own ReadyForQuery.
    if (e.options().statements != statement_mode::simple) wire::serialize(wire::sync_message{}, out);
    e.close_exchange();
}

std::error_code statement_call::write_next(engine& e, bytes& out) {
    switch (state_) {
        case state::describing: statement_.write_describe(out, said()); return {};
        case state::looking_up: return lookup_->write(e, out);
        case state::fresh:
        case state::executing:
        case state::stale: break;
    }
    return statement_.write_execute(e, out, said());
}

std::error_code statement_call::message(engine& e, char tag, bytes_view body) {
    const auto progress = lookup_ ? lookup_->message(e, tag, body) : statement_.message(e, tag, body);
    if (progress == statement::progress::wrong) return errc::protocol_violation;
    if (statement_.copying_in() && tag == wire::tag::copy_in_response) return e.refuse_copy_in(*this);
    return {};
}

std::error_code statement_call::rows(engine& e, bytes_view frames, std::uint32_t count) {
    if (lookup_) return lookup_->rows(e, frames, count);
    const auto failed = statement_.rows(e, frames, count);
    if (statement_.drops_rows()) e.skip_rows();
    return failed;
}

void statement_call::rejected(engine& e, server_message&& m) {
    if (lookup_) return lookup_->rejected(e, std::move(m));
    if (statement_.rejected(e, std::move(m))) state_ = state::stale;
}

void statement_call::ready(engine& e) {
    switch (state_) {
        case state::describing:
            if (statement_.failure()) return end(e);
            if (!statement_.described()) return unanswered(e);
            if (purpose_ == purpose::describe_only) return end(e);
            return e.proceed(*this);
        case state::looking_up: return looked_up(e);
        case state::stale: return e.proceed(*this);
        case state::fresh:
        case state::executing:
            if (!statement_.failure() && !failure() && !statement_.complete()) return unanswered(e);
            if (!statement_.holds_rows()) return end(e);
            begin_lookup();
            return e.proceed(*this);
    }
}

void statement_call::begin_lookup() {
    const auto types = statement_.unresolved();
    lookup_ = std::make_unique<type_lookup>(std::vector<oid>{types.begin(), types.end()});
    state_ = state::looking_up;
}

void statement_call::looked_up(engine& e) {
    if (lookup_->next(e)) return e.proceed(*this);
    const bool executed = statement_.holds_rows();
    auto failure = std::exchange(lookup_, nullptr)->take_failure();
    if (failure) {
        fail(executed ? std::move(*failure).with_fate(fate::executed) : std::move(*failure));
        return end(e);
    }
    statement_.learn_types(e);
    if (executed) return end(e);
    e.proceed(*this);
}

// ReadyForQuery, and neither an answer nor an error in front of it: without it the sink holds nothing to take.
void statement_call::unanswered(engine& e) {
    fail(error{errc::protocol_violation, "the server ended the exchange without an answer", fate::unknown});
    end(e);
}

void statement_call::end(engine& e) {
    if (lookup_)
        if (auto failure = lookup_->take_failure()) fail(std::move(*failure));
    if (auto failure = statement_.take_failure()) fail(std::move(*failure));
    e.finish(*this);
}

void statement_call::restart() noexcept {
    if (lookup_) return lookup_->restart();
    statement_.restart();
    state_ = state::fresh;
}

}  // namespace howdah::core
