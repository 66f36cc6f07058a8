#include "howdah/core/stream_call.hpp"

#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {
namespace {

constexpr std::uint32_t rows_at_a_time_in_a_transaction = 1'000;

}  // namespace

stream_call::stream_call(const statement_text& text, std::span<const parameter_view> parameters, stream_rows& rows,
                         const stream_options& how) noexcept
    : statement_{text, parameters, rows}, rows_{rows}, options_{how} {
    sharing = core::sharing::exclusive;
}

stream_call::~stream_call() { abandon(); }  // here, where leave() is still this class's

// What travels.

bool stream_call::is_simple_query(const engine& e) const noexcept {
    return e.options().statements == statement_mode::simple;
}

void stream_call::advance(engine& e) {
    rows_.drop();
    switch (state_) {
        case state::fresh:
            if (auto refused = statement_.check(e)) {
                fail(std::move(*refused));
                return e.finish(*this);
            }
            if (lease == 0) statement_.may_try_again();
            choose_shape(e);
            if (bind_first_ && shape_ != shape::beside_others) {
                fail(error{errc::wrong_statement_kind,
                           "a portal needs a transaction, and statement_mode prepare or unnamed"});
                return e.finish(*this);
            }
            return open(e);
        case state::described:
        case state::stale: return open(e);
        case state::suspended: return fetch(e);
        case state::looking_up: return look_up(e);
        case state::describing:
        case state::fetching:
        case state::complete: return;  // what is due is on its way
    }
}

void stream_call::choose_shape(engine& e) {
    const bool simple = e.options().statements == statement_mode::simple;
    auto& size = options_.fetch_size;
    if (!size) size = lease != 0 ? rows_at_a_time_in_a_transaction : 0;
    if (simple) size = 0;  // it has no portals
    shape_ = simple || (*size == 0 && !bind_first_) ? shape::whole : lease == 0 ? shape::alone : shape::beside_others;
    if (shape_ == shape::whole && lease != 0)
        e.keep_others_out(*this, "a stream that reads all at once has this transaction to itself: read it to its end, "
                                 "or give it a fetch_size");
    rows_.keep_in(shape_ == shape::beside_others ? stream_rows::place::own_copy : stream_rows::place::in_read_buffer);
}

void stream_call::open(engine& e) {
    switch (statement_.next_step(e, comment())) {
        case statement::step::describe: return describe(e);
        case statement::step::look_up: return look_up(e);
        case statement::step::execute: break;
    }
    state_ = state::fetching;
    auto& out = e.open_exchange(*this);
    if (write_opening(e, out)) {
        e.take_back_exchange(*this);
        if (statement_.distrust(e)) return open(e);
        return end(e);
    }
    e.close_exchange();
    if (owes_sync_) e.leave_open(*this);
}

void stream_call::describe(engine& e) {
    state_ = state::describing;
    auto& out = e.open_exchange(*this);
    statement_.write_describe(out, comment());
    wire::serialize(wire::sync_message{}, out);
    e.close_exchange();
}

void stream_call::look_up(engine& e) {
    state_ = state::looking_up;
    const auto types = statement_.unresolved();
    if (!lookup_) lookup_ = std::make_unique<type_lookup>(std::vector<oid>{types.begin(), types.end()});
    auto& out = e.open_exchange(*this);
    if (lookup_->write(e, out)) {
        e.take_back_exchange(*this);
        if (auto failure = lookup_->take_failure()) fail(std::move(*failure));
        return end(e);
    }
    wire::serialize(wire::sync_message{}, out);
    e.close_exchange();
}

void stream_call::looked_up(engine& e) {
    if (lookup_->next(e)) return e.proceed(*this);
    if (auto failure = std::exchange(lookup_, nullptr)->take_failure()) {
        fail(std::move(*failure));
        return end(e);
    }
    statement_.learn_types(e);
    state_ = state::described;
    e.proceed(*this);
}

std::error_code stream_call::write_opening(engine& e, bytes& out) {
    if (e.options().statements == statement_mode::simple) return statement_.write_execute(e, out, comment());
    if (shape_ == shape::beside_others) statement_.use_portal(e.new_portal(*this));
    if (const auto failed = statement_.write_bound(out, comment())) return failed;
    if (!bind_first_) {
        write_fetch(out);
    } else {
        wire::serialize(wire::sync_message{}, out);
    }
    owes_sync_ = shape_ == shape::alone;
    return {};
}

// Execute for the next part. Flush, because a Sync outside of a transaction would end the portal.
void stream_call::write_fetch(bytes& out) const {
    wire::serialize(wire::execute_message{.portal = statement_.portal(), .row_limit = *options_.fetch_size}, out);
    if (shape_ == shape::alone) {
        wire::serialize(wire::flush_message{}, out);
    } else {
        wire::serialize(wire::sync_message{}, out);
    }
}

void stream_call::fetch(engine& e) {
    state_ = state::fetching;
    left_ = false;
    if (shape_ == shape::alone) return write_fetch(e.output_of(*this));
    write_fetch(e.open_exchange(*this));
    e.close_exchange();
}

void stream_call::write_sync(engine& e) {
    if (!std::exchange(owes_sync_, false)) return;
    wire::serialize(wire::sync_message{}, e.output_of(*this));
    e.has_ended(*this);
}

on_abandon stream_call::leave(engine& e) {
    left_ = true;
    const bool nothing_runs = state_ == state::suspended || state_ == state::complete;
    write_sync(e);
    close_portal(e);
    if (nothing_runs) return on_abandon::drain;
    return options_.when_abandoned.value_or(e.cancel_harms(lease) ? on_abandon::drain : on_abandon::cancel);
}

// What the server answers.

std::error_code stream_call::message(engine& e, char tag, bytes_view body) {
    if (lookup_)
        return lookup_->message(e, tag, body) == statement::progress::wrong ? errc::protocol_violation
                                                                            : std::error_code{};
    switch (statement_.message(e, tag, body)) {
        case statement::progress::wrong: return errc::protocol_violation;
        case statement::progress::working: break;
        case statement::progress::suspended:
            state_ = state::suspended;
            // All of its rows have been looked at: that is why this was read.
            if (shape_ == shape::alone && !left_) fetch(e);
            break;
        case statement::progress::done:
            state_ = state::complete;
            write_sync(e);
            break;
    }
    if (statement_.copying_in() && tag == wire::tag::copy_in_response) return e.refuse_copy_in(*this);
    return {};
}

std::error_code stream_call::rows(engine& e, bytes_view frames, std::uint32_t count) {
    if (lookup_) return lookup_->rows(e, frames, count);
    if (left_ && shape_ != shape::beside_others) {
        lost_rows_ = true;
        return {};
    }
    if (const auto failed = statement_.rows(e, frames, count)) return failed;
    if (statement_.drops_rows()) {  // they can't be what the caller wants: no need for the rest
        if (auto failure = statement_.take_failure()) fail(std::move(*failure));
        e.cancel(*this);
        return {};
    }
    if (shape_ != shape::beside_others) e.pause(*this, engine::input::held);
    return {};
}

void stream_call::rejected(engine& e, server_message&& m) {
    if (lookup_) return lookup_->rejected(e, std::move(m));
    if (statement_.rejected(e, std::move(m))) state_ = state::stale;
    write_sync(e);
}

void stream_call::ready(engine& e) {
    if (lookup_ && !failure()) return looked_up(e);
    if (statement_.failure() || failure()) return end(e);
    switch (state_) {
        case state::describing:
            if (!statement_.described()) break;
            state_ = state::described;
            return e.proceed(*this);
        case state::stale: return e.proceed(*this);
        case state::complete:
            if (lost_rows_) out_of_time();  // its end was faster than the cancel
            return end(e);
        case state::suspended:
            if (shape_ == shape::beside_others && !left_) return e.pause(*this, engine::input::flows);
            if (!left_) break;
            out_of_time();
            return end(e);
        case state::fetching:
            if (!std::exchange(bind_first_, false)) break;
            state_ = state::suspended;
            return e.pause(*this, engine::input::flows);
        case state::fresh:
        case state::looking_up:
        case state::described: break;
    }
    fail(error{errc::protocol_violation, "the server ended the exchange without an answer", fate::unknown});
    end(e);
}

void stream_call::out_of_time() {
    fail(error{errc::timed_out, "the stream's next rows did not come in time", fate::unknown});
}

void stream_call::end(engine& e) {
    if (auto failure = statement_.take_failure()) fail(std::move(*failure));
    close_portal(e);
    e.finish(*this);
}

void stream_call::close_portal(engine& e) {
    if (!statement_.portal().empty()) e.close_portal(lease, std::string{statement_.portal()});
    statement_.use_portal({});
}

}  // namespace howdah::core
