#include "howdah/core/script_call.hpp"

#include "howdah/core/columns.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/core/result_limits.hpp"
#include "howdah/core/statement_remark.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

void script_call::advance(engine& e) {
    auto& out = e.open_exchange(*this);
    if (state_ == state::running)
        wire::serialize(wire::simple_query{.sql = text_.text(), .comment = remark_behind(text_.text(), comment())},
                        out);
    else wire::serialize(wire::simple_query{.sql = "rollback"}, out);
    e.close_exchange();
}

std::error_code script_call::message(engine& e, char tag, bytes_view body) {
    if (state_ == state::rolling_back) return {};
    switch (tag) {
        case wire::tag::row_description: {
            wire::row_description d;
            if (row_description_open_ || parse(body, d)) return errc::protocol_violation;
            results_.emplace_back().describe(std::make_shared<const std::vector<column>>(columns_of(d)));
            row_description_open_ = true;
            return {};
        }
        case wire::tag::command_complete: {
            wire::command_complete c;
            if (parse(body, c)) return errc::protocol_violation;
            if (!row_description_open_) results_.emplace_back();
            results_.back().complete({.command_tag = std::string{c.command_tag}, .rows_affected = c.rows()});
            row_description_open_ = false;
            return {};
        }
        case wire::tag::empty_query_response: return {};
        case wire::tag::copy_in_response:
            fail(error{errc::wrong_statement_kind, "a script can't hold COPY FROM STDIN: use copy_in", fate::unknown});
            return e.refuse_simple_copy_in();
        case wire::tag::copy_out_response:
            fail(error{errc::wrong_statement_kind, "a script can't hold COPY TO STDOUT: use copy_out", fate::unknown});
            return {};
        case wire::tag::copy_data:
        case wire::tag::copy_done: return failure() ? std::error_code{} : make_error_code(errc::protocol_violation);
        default: return errc::protocol_violation;
    }
}

std::error_code script_call::rows(engine& e, bytes_view frames, std::uint32_t count) {
    if (!row_description_open_) return errc::protocol_violation;
    const auto& limits = e.options();
    bytes_received_ += frames.size();
    rows_received_ += count;
    if (bytes_received_ <= limits.max_result_bytes && rows_received_ <= limits.max_result_rows)
        return results_.back().append_rows(frames, count);
    fail(result_too_large(limits, rows_received_));
    results_.clear();
    results_.emplace_back();
    e.skip_rows();
    return {};
}

void script_call::rejected(engine&, server_message&& m) {
    row_description_open_ = false;
    fail(error{std::move(m)});
}

void script_call::ready(engine& e) {
    if (row_description_open_)
        fail(error{errc::protocol_violation, "the server ended the exchange in the middle of a result", fate::unknown});
    if (lease != 0) {
        if (e.status() == wire::transaction_status::idle)
            fail(error{errc::transaction_ended, "the script has ended the transaction that it ran in", fate::unknown});
        return e.finish(*this);
    }
    if (e.status() == wire::transaction_status::idle) return e.finish(*this);
    if (state_ == state::rolling_back) return e.finish(*this);
    fail(error{errc::wrong_statement_kind, "the script left a transaction open: it was rolled back", fate::rejected});
    state_ = state::rolling_back;
    e.proceed(*this);
}

}  // namespace howdah::core
