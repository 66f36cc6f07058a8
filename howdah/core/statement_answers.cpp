// What a server answers to a statement, and whether that says that what was known of it is out of date.

#include <algorithm>
#include <utility>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/core/columns.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/core/result_limits.hpp"
#include "howdah/core/statement.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {
namespace {

using progress = statement::progress;

// A cached plan that no longer fits its tables, or a statement that somebody deallocated.
bool is_stale(const server_message& m) noexcept {
    return (m.code == feature_not_supported && m.routine == "RevalidateCachedQuery") ||
           m.code == invalid_sql_statement_name;
}

// A cached plan whose parameters' types are none that its tables take now: text = integer.
bool no_longer_fits(const server_message& m) noexcept {
    return m.code == undefined_function || m.code == datatype_mismatch;
}

// A type that was made in the database is no longer what the catalog said, or is gone: the server can't read a value of
// it, or finds its own plan broken ("cache lookup failed").
bool has_stale_types(const server_message& m, const statement_facts& facts) noexcept {
    const bool possible = m.routine == "record_recv" || m.routine == "array_recv" ||
                          m.routine == "ReceiveFunctionCall" || m.code == internal_error;
    return possible && facts.has_made_type();
}

// What the server may say to parameter types and formats that fit its tables no longer: nothing that time, a cancel or
// another session can bring about.
bool may_blame_facts(const server_message& m) noexcept {
    return m.severity == "ERROR" &&
           (m.code.category() == "42" || m.code.category() == "22" || m.code.category() == "0A" ||
            m.code == protocol_violation || m.code == internal_error);
}

bool is_about_a_name(const server_message& m) noexcept {
    return m.code == invalid_sql_statement_name || m.code == duplicate_prepared_statement;
}

}  // namespace

statement::progress statement::message(engine& e, char tag, bytes_view body) {
    if (complete_) return progress::wrong;
    switch (tag) {
        case wire::tag::bind_complete: bound_ = true; return progress::working;
        case wire::tag::parameter_description: return parameter_description(body);
        case wire::tag::row_description: return row_description(e, body);
        case wire::tag::no_data: return body.empty() ? described_as(e, {}) : progress::wrong;
        case wire::tag::portal_suspended: return columns_told_ ? progress::suspended : progress::wrong;
        case wire::tag::command_complete: return command_complete(body);
        case wire::tag::empty_query_response:
            if (!columns_told_) describe_rows(no_columns());
            return completed({});
        case wire::tag::copy_in_response: copying_in_ = true; return copying();
        case wire::tag::copy_out_response: return copying();
        case wire::tag::copy_data:
        case wire::tag::copy_done: return failure_ ? progress::working : progress::wrong;
        default: return progress::wrong;
    }
}

statement::progress statement::copying() {
    fail(error{errc::wrong_statement_kind, "the statement turned out to be a COPY: use copy_in or copy_out",
               fate::unknown});
    return progress::working;
}

statement::progress statement::parameter_description(bytes_view body) {
    wire::parameter_description d;
    if (travel_ == travel::simple || parse(body, d)) return progress::wrong;
    parameter_types_ = std::move(d.types);
    if (auto wrong = count_error(parameter_types_.size())) fail(wrong->with_fate(fate::rejected));
    return progress::working;
}

statement::progress statement::row_description(engine& e, bytes_view body) {
    wire::row_description d;
    if (parse(body, d)) return progress::wrong;
    if (travel_ == travel::simple) {
        if (columns_told_) return progress::wrong;
        describe_rows(std::make_shared<const std::vector<column>>(columns_of(d)));
        return progress::working;
    }
    return described_as(e, columns_of(d));
}

statement::progress statement::described_as(engine& e, std::vector<column> columns) {
    if (columns_told_ || travel_ == travel::simple) return progress::wrong;
    const bool first = facts_ == nullptr;
    facts_ = make_facts(std::move(parameter_types_), std::move(columns), e.types().types());
    if (prepared_ == nullptr) prepared_ = std::make_shared<prepared>();  // of this call alone
    prepared_->facts = facts_;
    const bool in_cache = std::exchange(preparing_, false);
    if (in_cache) prepared_->state = prepared::state::ready;
    if ((in_cache || of_this_call_alone_) && e.options().facts != nullptr)
        e.options().facts->keep(text_.text(), facts_);
    if (!first || can_skip_description()) {  // then Bind and Execute came with it
        prepared_->columns = columns_as_asked();
        prepared_->chosen_by = nullptr;
        if (facts_->has_unresolved_column() && rows_.uses_catalog()) {
            held_ = std::make_unique<held_rows>(held_rows{.frames = {}, .columns = prepared_->columns, .done = {}});
            columns_told_ = true;
        } else {
            describe_rows(prepared_->columns);
        }
    }
    return progress::working;
}

column_list statement::columns_as_asked() const {
    if (facts_->columns.empty()) return no_columns();
    if (asked_ == nullptr) return with_formats(facts_->columns, rows_.first_formats());
    std::vector<format> formats;
    for (const auto& c : *asked_) formats.push_back(c.format);
    return with_formats(facts_->columns, shortest(formats));
}

statement::progress statement::command_complete(bytes_view body) {
    wire::command_complete c;
    if (parse(body, c)) return progress::wrong;
    if (!columns_told_) {
        if (travel_ != travel::simple && !failure_) return progress::wrong;
        describe_rows(no_columns());
    }
    return completed({.command_tag = std::string{c.command_tag}, .rows_affected = c.rows()});
}

statement::progress statement::completed(command_result&& done) {
    complete_ = true;
    if (held_ != nullptr) {
        held_->done = std::move(done);
        return progress::done;
    }
    rows_.complete(std::move(done));
    if (!failure_ && !dropping_)
        if (auto wrong = rows_.finish()) fail(std::move(*wrong));
    return progress::done;
}

std::error_code statement::rows(engine& e, bytes_view frames, std::uint32_t count) {
    if (!columns_told_ || complete_) return errc::protocol_violation;
    if (drops_rows()) return {};
    bytes_received_ += frames.size();
    rows_received_ += count;
    if (over_limit(e) && rows_.keeps_rows()) {
        fail(result_too_large(e.options(), rows_received_));
        rows_.clear();
        dropping_ = true;
        return {};
    }
    if (held_ != nullptr) {
        append(held_->frames, frames);
        held_->count += count;
        return {};
    }
    return decode_rows(frames, count);
}

bool statement::over_limit(const engine& e) const noexcept {
    return bytes_received_ > e.options().max_result_bytes || rows_received_ > e.options().max_result_rows;
}

// A user's codec may throw: that ends this call, and nobody else's.
std::error_code statement::decode_rows(bytes_view frames, std::uint32_t count) {
    try {
        return rows_.rows(frames, count);
    } catch (const std::exception& thrown) {
        fail(error{errc::invalid_value, std::string{"decoding a row threw: "} + thrown.what(), fate::executed});
        dropping_ = true;
        return {};
    }
}

bool statement::rejected(engine& e, server_message&& m) {
    const bool stale_types = facts_ != nullptr && has_stale_types(m, *facts_);
    const bool name_lost = travel_ == travel::named && is_about_a_name(m);
    // Behind a pooler it would be lost again and again, and each server connection would keep what was prepared on it.
    const bool hopeless = name_lost && e.options().peer == peer::pooler;
    // Nothing was run yet, and the server was told of types and formats that it had not just said itself.
    const bool restated = borrowed_ || (from_cache_ && travel_ == travel::unnamed);
    const bool doubtful = restated && !bound_ && may_blame_facts(m);
    const bool stale_plan = is_stale(m) || (!bound_ && no_longer_fits(m));
    const bool again = ((from_cache_ && (stale_plan || stale_types) && !hopeless) || (doubtful && may_try_again_)) &&
                       !retried_ && e.status() == wire::transaction_status::idle;
    if (stale_types) e.types().forget();
    held_.reset();
    forget_preparation();
    if (again) {
        begin_again(e);
        return true;
    }
    if (doubtful) e.statements().erase(prepared_);
    if ((doubtful || stale_types || stale_plan) && e.options().facts != nullptr)
        e.options().facts->forget(text_.text());
    if (failure_) failure_->with_fate(fate::rejected);  // ours says more than the server's complaint about it
    error refused{std::move(m)};
    if (name_lost)
        refused.prefixed("the server connection does not have the statement that was prepared; behind a pooler in "
                         "transaction or statement mode say statement_mode=unnamed: ");
    if (name_lost && from_cache_) e.statements().erase(prepared_);
    fail(std::move(refused));
    return false;
}

void statement::restart() noexcept {
    forget_preparation();
    prepared_.reset();
    facts_.reset();
    held_.reset();
    parameter_types_.clear();
    failure_.reset();
    rows_.clear();
    asked_.reset();
    travel_ = travel::undecided;
    columns_told_ = dropping_ = complete_ = borrowed_ = bound_ = false;
    bytes_received_ = 0;
    rows_received_ = 0;
    of_this_call_alone_ = false;
}

// Whoever finds it in the cache next drops it, and closes its name.
void statement::forget_preparation() noexcept {
    if (preparing_) prepared_->state = prepared::state::gone;
    preparing_ = false;
}

void statement::describe_rows(const column_list& columns) {
    columns_told_ = true;
    if (auto wrong = rows_.describe(columns)) {
        fail(std::move(*wrong));
        dropping_ = true;
    }
}

void statement::fail(error e) {
    if (!failure_) failure_.emplace(std::move(e));
}

}  // namespace howdah::core
