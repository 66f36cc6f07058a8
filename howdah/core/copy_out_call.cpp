#include "howdah/core/copy_out_call.hpp"

#include "howdah/core/columns.hpp"
#include "howdah/core/copy_opening.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/sql/data_row.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

copy_out_call::copy_out_call(const statement_text& text)
    : text_{text.text()}, refusal_{refuse_unless_copy(text, "COPY ... TO STDOUT")} {
    sharing = core::sharing::exclusive;
}

copy_out_call::copy_out_call(copy_statement statement)
    : text_{std::move(statement.copy)}, describes_{std::move(statement.columns)} {
    sharing = core::sharing::exclusive;
}

copy_out_call::~copy_out_call() { abandon(); }  // here, where leave() is still this class's

bool copy_out_call::is_simple_query(const engine& e) const noexcept {
    return e.options().statements == statement_mode::simple;
}

void copy_out_call::advance(engine& e) {
    drop_consumed();
    if (stage_ == stage::fresh) open(e);
}

void copy_out_call::open(engine& e) {
    const bool simple = e.options().statements == statement_mode::simple;
    if (simple && !describes_.empty()) refusal_ = no_columns_in_simple_mode();
    if (refusal_) {
        fail(std::move(*refusal_));
        return e.finish(*this);
    }
    stage_ = stage::opening;
    auto& out = e.open_exchange(*this);
    write_copy(describes_, text_, comment(), e.options().statements, out);
    if (!simple) wire::serialize(wire::sync_message{}, out);
    e.close_exchange();
    if (lease != 0) e.keep_others_out(*this, copy_is_alone);
}

void copy_out_call::drop_consumed() {
    frames_ = {};
    data_.erase(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(consumed_));
    consumed_ = 0;
    left_over_ = data_.size();
}

on_abandon copy_out_call::leave(engine& e) {
    left_ = true;
    return e.cancel_harms(lease) || stage_ == stage::complete ? on_abandon::drain : on_abandon::cancel;
}

std::error_code copy_out_call::message(engine& e, char tag, bytes_view body) {
    switch (tag) {
        case wire::tag::bind_complete:
        case wire::tag::parameter_description:
        case wire::tag::no_data: return {};
        case wire::tag::row_description: {
            wire::row_description d;
            if (describes_.empty() || parse(body, d)) return errc::protocol_violation;
            columns_ = std::make_shared<const std::vector<column>>(columns_of(d));
            return {};
        }
        case wire::tag::copy_in_response: return copies_in(e);
        case wire::tag::copy_out_response: {
            wire::copy_response r;
            if (stage_ != stage::opening || parse(body, r)) return errc::protocol_violation;
            if (!describes_.empty() && columns_ == nullptr) return errc::protocol_violation;
            stage_ = stage::open;
            return {};
        }
        case wire::tag::copy_done: return stage_ == stage::open ? std::error_code{} : errc::protocol_violation;
        case wire::tag::command_complete: {
            wire::command_complete c;
            if (parse(body, c)) return errc::protocol_violation;
            if (stage_ != stage::open)
                fail(error{errc::wrong_statement_kind, "the statement is not a COPY ... TO STDOUT: it gave no data",
                           fate::executed});
            rows_ = c.rows();
            stage_ = stage::complete;
            return {};
        }
        default: return errc::protocol_violation;
    }
}

std::error_code copy_out_call::copy_data(engine& e, bytes_view frames, std::uint32_t count) {
    if (stage_ != stage::open) return errc::protocol_violation;
    if (left_) {
        lost_data_ = true;
        return {};
    }
    if (gives_frames()) {
        frames_ = frames;
        e.pause(*this, engine::input::held);
        return {};
    }
    for (const auto* at = frames.data(); count != 0; --count) {
        const auto frame = data_row::split(at);
        at += frame.size;
        append(data_, frame.body);
    }
    if (data_.size() - left_over_ >= chunk) e.pause(*this, engine::input::held);
    return {};
}

std::error_code copy_out_call::copies_in(engine& e) {
    if (stage_ != stage::opening) return errc::protocol_violation;
    fail(error{errc::wrong_statement_kind, "the statement is not a COPY ... TO STDOUT: use copy_in", fate::unknown});
    stage_ = stage::failed;
    return e.options().statements == statement_mode::simple ? e.refuse_simple_copy_in() : e.refuse_copy_in(*this);
}

void copy_out_call::rejected(engine&, server_message&& m) {
    fail(error{std::move(m)});
    stage_ = stage::failed;
    frames_ = {};
    data_.clear();
    consumed_ = 0;
}

void copy_out_call::ready(engine& e) {
    if (!failure() && stage_ != stage::complete)
        fail(error{errc::protocol_violation, "the server ended the exchange without an answer", fate::unknown});
    if (lost_data_)  // its end was faster than the cancel
        fail(error{errc::timed_out, "the next data of the COPY did not come in time", fate::unknown});
    e.finish(*this);
}

}  // namespace howdah::core
