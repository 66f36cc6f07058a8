#include "howdah/core/statement.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/core/columns.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {
namespace {

using progress = statement::progress;

constexpr std::size_t most_parameters = 65'535;  // the protocol counts them in 16 bits

// A cached plan that no longer fits its tables, or a statement that somebody deallocated.
bool is_stale(const server_message& m) noexcept {
    return (m.code == feature_not_supported && m.routine == "RevalidateCachedQuery") ||
           m.code == invalid_sql_statement_name;
}

// A type that was made in the database is no longer what the catalog said, or is gone: the server can't read a value of
// it, or finds its own plan broken ("cache lookup failed").
bool has_stale_types(const server_message& m, const statement_facts& facts) noexcept {
    const bool possible = m.routine == "record_recv" || m.routine == "array_recv" ||
                          m.routine == "ReceiveFunctionCall" || m.code == internal_error;
    return possible && (std::ranges::any_of(facts.parameters, is_user_defined) ||
                        std::ranges::any_of(facts.columns, is_user_defined, &column::type));
}

bool is_about_a_name(const server_message& m) noexcept {
    return m.code == invalid_sql_statement_name || m.code == duplicate_prepared_statement;
}

const char* remedy(statement_kind kind) noexcept {
    switch (kind) {
        case statement_kind::copy: return "COPY needs copy_in or copy_out";
        case statement_kind::listen: return "LISTEN and UNLISTEN need a listener";
        case statement_kind::transaction_control:
            return "transactions need begin() or in_transaction(), which roll back when they are left";
        default: return nullptr;
    }
}

const char* words(detail::flaw f) noexcept {
    switch (f) {
        case detail::flaw::none: return "";
        case detail::flaw::unterminated_string: return "an unterminated string";
        case detail::flaw::unterminated_identifier: return "an unterminated quoted identifier";
        case detail::flaw::unterminated_comment: return "an unterminated comment";
        case detail::flaw::unterminated_dollar_quote: return "an unterminated dollar quote";
        case detail::flaw::bad_placeholder: return "a placeholder that is not $1 to $65535";
        case detail::flaw::nul: return "a NUL character";
    }
    return "";
}

error refusal(errc code, std::string why) { return error{code, "the statement was not sent: " + std::move(why)}; }

bool uniform(std::span<const format> formats) noexcept {
    return std::ranges::adjacent_find(formats, std::ranges::not_equal_to{}) == formats.end();
}

}  // namespace

statement::~statement() { forget_preparation(); }

std::optional<error> statement::check(const engine& e) const {
    const auto& o = text_.outline();
    if (o.flaw != detail::flaw::none) return refusal(errc::invalid_encoding, std::string{"it has "} + words(o.flaw));
    if (o.several_statements)
        return refusal(errc::wrong_statement_kind, "it holds several statements; use run_script, or a pipeline");
    if (const auto* instead = remedy(o.kind)) return refusal(errc::wrong_statement_kind, instead);
    if (parameter_count_ > most_parameters)
        return refusal(errc::too_many_parameters, std::to_string(parameter_count_) +
                                                      " parameters are more than 65535; pass a vector, and use "
                                                      "= any($1) or unnest($1)");
    if (o.placeholders != parameter_count_) return count_error(o.placeholders);
    if (e.options().statements == statement_mode::simple && parameter_count_ != 0)
        return refusal(errc::wrong_statement_kind, "statement_mode simple takes no parameters; use prepare or unnamed");
    return std::nullopt;
}

std::optional<error> statement::count_error(std::size_t wanted) const {
    if (wanted == parameter_count_) return std::nullopt;
    return error{errc::wrong_parameter_count, "the statement takes " + std::to_string(wanted) +
                                                  (wanted == 1 ? " parameter, " : " parameters, ") +
                                                  std::to_string(parameter_count_) + " given"};
}

// What travels.

void statement::look_up(engine& e) {
    auto& cache = e.statements();
    from_cache_ = false;
    if (e.options().statements == statement_mode::simple) {
        travel_ = travel::simple;
        return;
    }
    travel_ = travel::unnamed;
    if (text_.is_run_once() || !cache.takes(text_.text())) return;
    auto found = cache.find(text_.text(), text_.hash());
    if (found != nullptr && found->state == prepared::state::preparing) return;  // another call is at it
    if (found == nullptr) {
        found = cache.insert(text_.text(), text_.hash());
        preparing_ = true;
    } else {
        facts_ = found->facts;
        from_cache_ = true;
    }
    prepared_ = std::move(found);
    if (!prepared_->name.empty()) travel_ = travel::named;
}

void statement::forget(engine& e) const {
    const auto known = e.statements().find(text_.text(), text_.hash());
    if (known != nullptr && known->state == prepared::state::ready) e.statements().erase(known);
}

bool statement::can_skip_description() const noexcept {
    if (rows_.needs_description()) return false;
    return std::ranges::all_of(parameters_, [](const parameter_view& p) { return p.codec->text_form; });
}

bool statement::uses_catalog() const noexcept {
    return rows_.uses_catalog() ||
           std::ranges::any_of(parameters_, [](const parameter_view& p) { return p.codec->uses_catalog; });
}

statement::step statement::next_step(engine& e) {
    if (travel_ == travel::undecided) look_up(e);
    if (travel_ == travel::named && prepared_->state == prepared::state::gone) travel_ = travel::unnamed;
    if (travel_ == travel::simple) return step::execute;
    if (facts_ == nullptr) return can_skip_description() ? step::execute : step::describe;
    if (facts_->unresolved.empty() || !uses_catalog()) return step::execute;
    learn_types(e);  // another call may have asked meanwhile
    return facts_->unresolved.empty() ? step::execute : step::look_up;
}

std::span<const oid> statement::unresolved() const noexcept {
    return facts_ != nullptr ? std::span<const oid>{facts_->unresolved} : std::span<const oid>{};
}

void statement::learn_types(engine& e) {
    facts_ = make_facts(facts_->parameters, facts_->columns, e.types().types());
    prepared_->facts = facts_;
    prepared_->columns = nullptr;
    const auto held = std::move(held_);
    if (held == nullptr) return;
    auto columns = std::make_shared<std::vector<column>>(facts_->columns);
    for (std::size_t i = 0; i < columns->size(); ++i) (*columns)[i].format = (*held->columns)[i].format;
    describe_rows(columns);
    if (held->count != 0 && !drops_rows())
        if (const auto failed = decode_rows(held->frames, held->count)) fail(error{failed, "", fate::executed});
    (void)completed(std::move(held->done));
}

std::string_view statement::name() const noexcept {
    return travel_ == travel::named ? std::string_view{prepared_->name} : std::string_view{};
}

type_ref statement::target_of(std::size_t parameter) const noexcept {
    if (facts_ != nullptr) return {facts_->parameters[parameter], facts_->types.get()};
    return parameters_[parameter].codec->first_use(parameters_[parameter].value);
}

void statement::write_parse(bytes& out) const {
    std::vector<oid> types;
    const bool known = facts_ != nullptr;
    const auto stated = [](const parameter_view& p) { return p.codec->first_use(p.value); };
    if (!known && std::ranges::any_of(parameters_, [&](const auto& p) { return stated(p) != oid{}; }))
        for (const auto& p : parameters_) types.push_back(stated(p));
    wire::serialize(wire::parse_message{.statement = name(),
                                        .sql = text_.text(),
                                        .parameter_types = known ? std::span<const oid>{facts_->parameters} : types},
                    out);
}

void statement::write_describe(bytes& out) {
    write_parse(out);
    wire::serialize(wire::describe_message{.target = wire::target::statement, .name = name()}, out);
}

std::error_code statement::write_execute(engine&, bytes& out) {
    if (travel_ == travel::simple) {
        columns_told_ = false;
        wire::serialize(wire::simple_query{.sql = text_.text()}, out);
        return {};
    }
    if (const auto failed = write_bound(out)) return failed;
    wire::serialize(wire::execute_message{.portal = portal_}, out);
    return {};
}

std::error_code statement::write_bound(bytes& out) {
    columns_told_ = false;
    if (facts_ != nullptr) {
        if (auto wrong = count_error(facts_->parameters.size())) {
            fail(std::move(*wrong));
            return errc::wrong_parameter_count;
        }
    }
    // What is parsed anew is described anew: its tables may have changed since.
    if (facts_ == nullptr || travel_ == travel::unnamed) write_describe(out);
    return write_bind(out);
}

std::error_code statement::write_bind(bytes& out) {
    const auto count = parameters_.size();
    std::array<format, 16> few{};
    std::vector<format> many;
    if (count > few.size()) many.resize(count);
    const auto formats = count > few.size() ? std::span{many} : std::span{few}.first(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& p = parameters_[i];
        formats[i] = p.codec->is_null(p.value) ? format::binary : p.codec->format_for(p.value, target_of(i));
    }
    const auto sent = uniform(formats) ? formats.first(std::min<std::size_t>(count, 1)) : formats;
    const auto bind =
        wire::begin_bind({.portal = portal_, .statement = name(), .parameter_formats = sent, .parameters = count}, out);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& p = parameters_[i];
        if (const auto failed = append_parameter(p, target_of(i), formats[i], out)) {
            fail(parameter_error(failed, i, p, target_of(i)));
            return failed;
        }
    }
    std::error_code too_large;
    if (facts_ == nullptr) {
        too_large = wire::end_bind(bind, rows_.first_formats(), out);
    } else {
        const auto& columns = known_columns();
        too_large = wire::end_bind(bind, prepared_->chosen, out);
        if (travel_ == travel::named) describe_rows(columns);
        else bound_columns_ = columns;
    }
    if (too_large) fail(refusal(errc::message_too_large, "its parameters take 1 GiB or more; send them in parts"));
    return too_large;
}

// The columns with the formats that the rows are asked for, shared with the last use where they are the same.
const column_list& statement::known_columns() {
    auto& chosen = prepared_->chosen;
    auto& last = prepared_->columns;
    const void* const chooser = rows_.chooser();
    if (last != nullptr && chooser != nullptr && prepared_->chosen_by == chooser) return last;
    prepared_->chosen_by = chooser;
    chosen.resize(facts_->columns.size());
    if (chosen.empty()) return last = no_columns();
    rows_.choose_formats(facts_->columns, chosen);
    const bool same =
        last != nullptr && last->size() == chosen.size() && std::ranges::equal(*last, chosen, {}, &column::format);
    if (!same) last = with_formats(facts_->columns, chosen);
    if (uniform(chosen)) chosen.resize(1);
    return last;
}

// What the server answers.

statement::progress statement::message(engine& e, char tag, bytes_view body) {
    if (complete_) return progress::wrong;
    switch (tag) {
        case wire::tag::bind_complete: return progress::working;
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
    if (std::exchange(preparing_, false)) prepared_->state = prepared::state::ready;
    if (first ? can_skip_description() : bound_columns_ != nullptr) {  // then Bind and Execute came with it
        std::vector<format> asked;
        if (first) asked.assign(rows_.first_formats().begin(), rows_.first_formats().end());
        else std::ranges::transform(*bound_columns_, std::back_inserter(asked), &column::format);
        prepared_->columns = facts_->columns.empty() ? no_columns() : with_formats(facts_->columns, asked);
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
    if (const auto limit = e.options().max_result_bytes; bytes_received_ > limit && rows_.keeps_rows()) {
        fail(
            error{errc::result_too_large,
                  "the result is over max_result_bytes (" + std::to_string(limit) + "): use stream, or raise the limit",
                  fate::executed});
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
    const bool again = from_cache_ && !retried_ && (is_stale(m) || stale_types) && !hopeless &&
                       e.status() == wire::transaction_status::idle;
    if (stale_types) e.types().forget();
    held_.reset();
    forget_preparation();
    if (again) {
        e.statements().erase(prepared_);
        restart();
        retried_ = true;
        return true;
    }
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
    travel_ = travel::undecided;
    columns_told_ = dropping_ = complete_ = false;
    bytes_received_ = 0;
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
