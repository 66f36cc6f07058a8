#include "howdah/core/bulk_call.hpp"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "howdah/core/copy_handles.hpp"
#include "howdah/core/copy_in_call.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/core/statement_call.hpp"
#include "howdah/sql/copy_binary.hpp"
#include "howdah/types/identifiers.hpp"

namespace howdah::core {
namespace {

using purpose = statement_call::purpose;

statement_text text_of(std::string sql) { return statement_text{unsafe_sql{std::move(sql)}}; }

const char* name_of(bulk_verb verb) noexcept {
    switch (verb) {
        case bulk_verb::insert: return "insert_many into ";
        case bulk_verb::upsert: return "upsert_many into ";
        case bulk_verb::update: return "update_many of ";
        case bulk_verb::remove: return "delete_many from ";
    }
    return "";
}

int server_version(const engine_options& about) {
    int out = 12;
    if (const auto found = about.parameters.find("server_version"); found != about.parameters.end())
        (void)std::from_chars(found->second.data(), found->second.data() + found->second.size(), out);
    return out;
}

// The columns that were described are others than those of the table now, or it is gone.
bool is_about_columns(const error& e) noexcept {
    constexpr std::string_view syntax_error_or_access_rule_violation = "42";
    return e.state().category() == syntax_error_or_access_rule_violation;
}

const statement_text& plain_table_text() {
    static const statement_text text = sql<oid>{plain_table_query}.text();
    return text;
}

}  // namespace

bulk_call::bulk_call(bulk_request request)
    : request_{std::move(request)},
      describing_{text_of(describing_statement(request_))},
      table_parameter_{&table_, &parameter_codec_of<oid>} {
    request_.validate();
}

bulk_call::~bulk_call() = default;

operation* bulk_call::next(const engine_options& about, lease_id lease) {
    switch (state_) {
        case state::fresh: return describe_table(about, lease);
        case state::describing: return described(about);
        case state::asking: return asked(about);
        case state::preparing: return prepared();
        case state::running: return ran();
        case state::copying: return go_on_copying();
        case state::forgetting: throw error{*failure_};
        case state::done: break;
    }
    return nullptr;
}

// What the rows go into.

operation* bulk_call::describe_table(const engine_options& about, lease_id lease) {
    if (about.statements == statement_mode::simple)
        throw error{errc::wrong_statement_kind,
                    "the rows were not sent: statement_mode simple takes no parameters; use prepare or unnamed"};
    if (lease != 0 && request_.options.unit == bulk_unit::chunk)
        throw error{errc::invalid_option,
                    "the rows were not sent: inside of a transaction no chunk is a transaction of "
                    "its own; use bulk_unit::call"};
    if (count() == 0) {
        state_ = state::done;
        return nullptr;
    }
    state_ = state::describing;
    current_ = std::make_unique<statement_call>(describing_, std::span<const parameter_view>{}, described_,
                                                purpose::describe_types);
    return current_.get();
}

operation* bulk_call::described(const engine_options& about) {
    if (current_->failure()) return failed(*current_->failure());
    facts_ = static_cast<const statement_call&>(*current_).content().facts();
    if (auto wrong = describe(facts_->columns)) throw error{wrong->with_fate(fate::not_sent)};
    for (std::size_t i = 0; i < facts_->columns.size(); ++i) fits_.push_back(fit(i));
    if (!asks_about_table(situation(about))) return send(about);
    return ask_about_table();
}

bulk_situation bulk_call::situation(const engine_options& about) {
    return {.request = request_,
            .columns = facts_->columns,
            .fits = fits_,
            .rows = count(),
            .server_version = server_version(about),
            .plain_table = plain_table_};
}

operation* bulk_call::ask_about_table() {
    table_ = oid{facts_->columns.front().table};
    state_ = state::asking;
    current_ = std::make_unique<statement_call>(plain_table_text(), std::span{&table_parameter_, 1}, table_answer_);
    return current_.get();
}

operation* bulk_call::asked(const engine_options& about) {
    if (current_->failure()) return failed(*current_->failure());
    plain_table_ = table_answer_.take().value_or(false);
    return send(about);
}

// How they travel.

operation* bulk_call::send(const engine_options& about) {
    plan_ = plan(situation(about));
    switch (plan_->method) {
        case bulk_method::copy: copied_rows_ = encode(copied_); return copy();
        case bulk_method::copy_through_temporary_table:
            choose_rows();
            copied_rows_ = rows_.size();
            std::exchange(rows_, {}).append_as_copied(copied_);
            return copy();
        case bulk_method::automatic:
        case bulk_method::unnest:
        case bulk_method::pipeline: break;
    }
    choose_rows();
    return send_steps();
}

void bulk_call::choose_rows() {
    rows_ = encoded_rows{facts_->columns, plan_->how};
    encode(rows_);
    const auto given = rows_.size();
    if (auto some = rows_to_send(request_, rows_)) {
        rows_ = rows_.only(*some);
        sent_ = std::move(*some);
    }
    sends(given, sent_);
}

operation* bulk_call::copy() {
    state_ = state::copying;
    to_copy_ = copied_.written();
    auto call = std::make_unique<copy_in_call>(copy_of_rows(request_));
    copy_binary::put_header(call->data());
    current_ = std::move(call);
    return current_.get();
}

operation* bulk_call::go_on_copying() {
    auto& call = static_cast<copy_in_call&>(*current_);
    if (call.failure()) return failed(*call.failure());
    if (call.done()) {
        report_.rows_affected = call.rows_stored();
        report_.chunks.push_back({.first_row = 0, .rows = copied_rows_, .rows_affected = call.rows_stored()});
        state_ = state::done;
        return nullptr;
    }
    feed(call, to_copy_);
    if (to_copy_.empty()) {
        copy_binary::put_trailer(call.data());
        call.end_of_data();
    }
    return &call;
}

operation* bulk_call::send_steps() {
    const bool by_rows = plan_->method == bulk_method::pipeline;
    text_ = text_of(by_rows ? row_statement(request_) : unnest_statement(request_, facts_->columns, plan_->how));
    make_steps();
    const bool several = steps_.size() > 1;
    return several || request_.returns() ? prepare() : run();
}

void bulk_call::make_steps() {
    const auto columns = std::as_const(rows_).columns();
    for (std::size_t first = 0; first < rows_.size();) {
        const chunk c{.first = first, .rows = rows_.chunk_from(first, request_.options), .first_step = steps_.size()};
        if (plan_->method == bulk_method::pipeline) {
            for (auto row = first; row < first + c.rows; ++row) {
                std::vector<field_parameter> fields;
                for (const auto& column : columns) fields.push_back({&column, row});
                steps_.add<bulk_step>(*text_, std::move(fields), new_sink(row, 1, numbering::plain));
            }
        } else {
            std::vector<array_parameter> arrays;
            for (const auto& column : columns) arrays.push_back({&column, first, c.rows});
            steps_.add<bulk_step>(*text_, std::move(arrays), new_sink(first, c.rows, numbering::numbered));
        }
        chunks_.push_back(c);
        if (request_.options.unit == bulk_unit::chunk) syncs_.push_back(steps_.size());
        first += c.rows;
    }
}

// Steps that are on their way together would each carry a Parse of their own, and the first might have to wait for its
// description.
operation* bulk_call::prepare() {
    state_ = state::preparing;
    auto call = std::make_unique<statement_call>(*text_, std::span<const parameter_view>{}, described_,
                                                 purpose::describe_types);
    call->expect_parameters(request_.columns.all().size());
    current_ = std::move(call);
    return current_.get();
}

operation* bulk_call::prepared() {
    if (current_->failure()) return failed(*current_->failure());
    return run();
}

operation* bulk_call::run() {
    state_ = state::running;
    current_ = std::make_unique<pipeline_call>(steps_, syncs_);
    return current_.get();
}

// What became of them.

operation* bulk_call::ran() {
    if (request_.options.unit == bulk_unit::chunk) {
        report_chunks();
        state_ = state::done;
        return nullptr;
    }
    if (!current_->failure()) {
        report_chunks();
        state_ = state::done;
        return nullptr;
    }
    if (current_->failure()->code() == errc::pipeline_aborted && current_->lease == 0 && !std::exchange(retried_, true))
        return prepare();  // a plan was stale, and nothing was done
    for (std::size_t i = 0; i < chunks_.size(); ++i) {
        if (auto why = failure_of(chunks_[i])) {
            const auto last = chunks_[i].first + chunks_[i].rows - 1;
            why->prefixed("chunk " + std::to_string(i) + " (rows " + std::to_string(given_as(chunks_[i].first)) +
                          " to " + std::to_string(given_as(last)) + "): ");
            return failed(std::move(*why));
        }
    }
    return failed(*current_->failure());
}

// The step's own; of those that share a transaction with one that failed, only that one has one.
std::optional<error> bulk_call::failure_of(const chunk& c) const {
    const auto end = &c == &chunks_.back() ? steps_.size() : (&c + 1)->first_step;
    for (auto i = c.first_step; i < end; ++i) {
        if (const auto& why = steps_[i]->failure; why && why->code() != errc::pipeline_aborted) {
            auto out = *why;
            if (plan_->method == bulk_method::pipeline)
                out.prefixed("row " + std::to_string(given_as(c.first + i - c.first_step)) + ": ");
            return out;
        }
    }
    return std::nullopt;
}

void bulk_call::report_chunks() {
    const auto& call = static_cast<const pipeline_call&>(*current_);
    for (const auto& c : chunks_) {
        auto& told = report_.chunks.emplace_back(bulk_chunk{.first_row = given_as(c.first), .rows = c.rows});
        const auto end = &c == &chunks_.back() ? steps_.size() : (&c + 1)->first_step;
        bool answered = true;
        for (auto i = c.first_step; i < end; ++i) {
            answered = answered && steps_[i]->answered;
            told.rows_affected += static_cast<const bulk_step&>(*steps_[i]).affected();
        }
        if (!answered) {
            told.rows_affected = 0;
            told.failure = failure_of(c);
            if (!told.failure) told.failure = *call.failure();
            if (end > call.written() && c.first_step >= call.written()) told.failure->with_fate(fate::not_sent);
        }
        report_.rows_affected += told.rows_affected;
    }
}

operation* bulk_call::failed(error why) {
    why.prefixed(name_of(request_.verb) + request_.table.quoted() + ": ");
    failure_ = std::move(why);
    if (!is_about_columns(*failure_)) throw error{*failure_};
    return ask_cache_to_forget();
}

operation* bulk_call::ask_cache_to_forget() {
    state_ = state::forgetting;
    current_ =
        std::make_unique<statement_call>(describing_, std::span<const parameter_view>{}, described_, purpose::forget);
    return current_.get();
}

}  // namespace howdah::core
