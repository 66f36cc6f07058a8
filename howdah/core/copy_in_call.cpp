#include "howdah/core/copy_in_call.hpp"

#include <algorithm>
#include <utility>

#include "howdah/core/columns.hpp"
#include "howdah/core/command_call.hpp"
#include "howdah/core/copy_opening.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {

copy_in_call::copy_in_call(const statement_text& text)
    : text_{text.text()}, refusal_{refuse_unless_copy(text, "COPY ... FROM STDIN")} {
    sharing = core::sharing::exclusive;
}

copy_in_call::copy_in_call(copy_statement statement)
    : text_{std::move(statement.copy)},
      describes_{std::move(statement.columns)},
      before_{std::move(statement.before)},
      after_{std::move(statement.after)} {
    sharing = core::sharing::exclusive;
}

copy_in_call::~copy_in_call() { abandon(); }  // here, where leave() is still this class's

// What travels.

bool copy_in_call::is_simple_query(const engine& e) const noexcept {
    return e.options().statements == statement_mode::simple;
}

void copy_in_call::advance(engine& e) {
    switch (stage_) {
        case stage::fresh: return open(e);
        case stage::open:
            send_data(e);
            if (!ending_) return e.drain(*this);
            stage_ = stage::ending;
            wire::serialize(wire::copy_done{}, e.output_of(*this));
            for (const auto& command : after_) serialize_command(command, e.output_of(*this));
            return sync(e);
        case stage::opening:
        case stage::ending:
        case stage::complete:
        case stage::failed: return;  // ReadyForQuery is due
    }
}

void copy_in_call::open(engine& e) {
    const bool simple = e.options().statements == statement_mode::simple;
    if (simple && !describes_.empty()) refusal_ = no_columns_in_simple_mode();
    if (refusal_) {
        fail(std::move(*refusal_));
        return e.finish(*this);
    }
    stage_ = stage::opening;
    synced_ = simple;  // a Query ends by itself
    auto& out = e.open_exchange(*this);
    for (const auto& command : before_) serialize_command(command, out);
    write_copy(describes_, text_, comment(), e.options().statements, out);
    if (!simple) wire::serialize(wire::flush_message{}, out);
    e.close_exchange();
    if (!simple) e.leave_open(*this);
    if (lease != 0) e.keep_others_out(*this, copy_is_alone);
}

void copy_in_call::send_data(engine& e) {
    auto& out = e.output_of(*this);
    for (bytes_view rest{data_}; !rest.empty();) {
        const auto part = rest.first(std::min(rest.size(), chunk * 2));
        wire::serialize(wire::copy_data{part}, out);
        rest = rest.subspan(part.size());
    }
    data_.clear();
    if (data_.capacity() > chunk * 4) data_.shrink_to_fit();  // one large value is no reason to keep its room
}

void copy_in_call::sync(engine& e) {
    if (std::exchange(synced_, true)) return;
    wire::serialize(wire::sync_message{}, e.output_of(*this));
    e.has_ended(*this);
}

on_abandon copy_in_call::leave(engine& e) {
    const bool undecided = stage_ == stage::opening || stage_ == stage::open;
    if (undecided && !std::exchange(left_, true)) {
        e.fail_copy_in(*this, "the copy was given up");
        synced_ = true;
    }
    return state() == operation::state::paused ? on_abandon::drain : on_abandon::cancel;
}

// Without CopyDone nothing is stored.
enum fate copy_in_call::fate_when_lost() const noexcept {
    return stage_ == stage::ending || stage_ == stage::complete ? fate::unknown : fate::rejected;
}

// What the server answers.

std::error_code copy_in_call::message(engine& e, char tag, bytes_view body) {
    switch (tag) {
        case wire::tag::bind_complete:
        case wire::tag::parameter_description:
        case wire::tag::no_data: return {};
        case wire::tag::row_description: {
            wire::row_description d;
            if (describes_.empty() || parse(body, d)) return errc::protocol_violation;
            auto columns = columns_of(d);
            for (auto& c : columns) c.known = e.types().types();
            columns_ = std::make_shared<const std::vector<column>>(std::move(columns));
            return {};
        }
        case wire::tag::copy_in_response: {
            wire::copy_response r;
            if (stage_ != stage::opening || parse(body, r)) return errc::protocol_violation;
            if (left_) return {};
            if (!describes_.empty() && columns_ == nullptr) return errc::protocol_violation;
            stage_ = stage::open;
            e.pause(*this, engine::input::flows);
            return {};
        }
        case wire::tag::copy_out_response: return turned_out_otherwise(e, "it copies out: use copy_out");
        case wire::tag::copy_data:
        case wire::tag::copy_done: return failure() ? std::error_code{} : make_error_code(errc::protocol_violation);
        case wire::tag::command_complete: return command_complete(e, body);
        default: return errc::protocol_violation;
    }
}

std::error_code copy_in_call::command_complete(engine& e, bytes_view body) {
    wire::command_complete c;
    if (parse(body, c)) return errc::protocol_violation;
    if (failure()) return {};
    const auto number = answered_++;
    if (number < before_.size()) return {};
    if (stage_ != stage::ending) return turned_out_otherwise(e, "it takes no data: use execute");
    const auto of_rows = before_.size() + (after_.empty() ? 0 : 1);
    if (number == of_rows) rows_ = c.rows();
    if (answered_ == before_.size() + 1 + after_.size()) stage_ = stage::complete;
    return {};
}

std::error_code copy_in_call::turned_out_otherwise(engine& e, const char* why) {
    if (stage_ != stage::opening) return errc::protocol_violation;
    fail(error{errc::wrong_statement_kind, std::string{"the statement is not a COPY ... FROM STDIN: "} + why,
               fate::unknown});
    stage_ = stage::failed;
    sync(e);
    return {};
}

void copy_in_call::rejected(engine& e, server_message&& m) {
    fail(error{std::move(m)});
    stage_ = stage::failed;
    data_.clear();
    sync(e);
}

void copy_in_call::ready(engine& e) {
    if (!failure() && stage_ != stage::complete)
        fail(error{errc::protocol_violation, "the server ended the exchange without an answer", fate::unknown});
    e.finish(*this);
}

}  // namespace howdah::core
