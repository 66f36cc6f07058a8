#include "howdah/core/statement.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "howdah/core/columns.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/core/statement_remark.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {
namespace {

constexpr std::size_t most_parameters = 65'535;  // the protocol counts them in 16 bits

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

void statement::look_up(engine& e, const statement_comment* says) {
    auto& cache = e.statements();
    from_cache_ = false;
    if (e.options().statements == statement_mode::simple) {
        travel_ = travel::simple;
        return;
    }
    travel_ = travel::unnamed;
    if (text_.is_run_once() || !cache.takes(text_.text())) return;
    if (says != nullptr && says->changes()) {  // it would fill the cache, and the server, with what is never used again
        of_this_call_alone_ = true;
        borrow_facts(e);
        if (borrowed_) prepared_ = std::make_shared<prepared>();
        return;
    }
    auto found = cache.find(text_.text(), text_.hash());
    if (found != nullptr && found->state == prepared::state::preparing) return;  // another call is at it
    if (found == nullptr) {
        found = cache.insert(text_.text(), text_.hash());
        preparing_ = true;
        borrow_facts(e);
    } else {
        facts_ = found->facts;
        from_cache_ = true;
    }
    prepared_ = std::move(found);
    if (!prepared_->name.empty()) travel_ = travel::named;
}

// What other connections know of it. Their Describe may be out of date, so it is asked for again in the same trip.
void statement::borrow_facts(engine& e) {
    auto* const shared = e.options().facts.get();
    if (shared == nullptr || !may_try_again_ || retried_) return;
    auto known = shared->find(text_.text());
    if (known == nullptr) return;
    if (known->has_made_type()) known = make_facts(known->parameters, known->columns, e.types().types());
    if (!known->unresolved.empty()) return;
    facts_ = std::move(known);
    borrowed_ = true;
}

bool statement::distrust(engine& e) {
    if (!borrowed_) return false;
    begin_again(e);
    return true;
}

void statement::begin_again(engine& e) {
    if (e.options().facts != nullptr) e.options().facts->forget(text_.text());
    e.statements().erase(prepared_);
    restart();
    retried_ = true;
}

void statement::forget(engine& e) const {
    if (e.options().facts != nullptr) e.options().facts->forget(text_.text());
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

statement::step statement::next_step(engine& e, const statement_comment* says) {
    if (travel_ == travel::undecided) look_up(e, says);
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

void statement::write_parse(bytes& out, const statement_comment* says) const {
    std::vector<oid> types;
    const bool known = facts_ != nullptr;
    const auto stated = [](const parameter_view& p) { return p.codec->first_use(p.value); };
    if (!known && std::ranges::any_of(parameters_, [&](const auto& p) { return stated(p) != oid{}; }))
        for (const auto& p : parameters_) types.push_back(stated(p));
    wire::serialize(wire::parse_message{.statement = name(),
                                        .sql = text_.text(),
                                        .parameter_types = known ? std::span<const oid>{facts_->parameters} : types,
                                        .comment = remark_behind(text_.text(), says)},
                    out);
}

void statement::write_describe(bytes& out, const statement_comment* says) {
    write_parse(out, says);
    wire::serialize(wire::describe_message{.target = wire::target::statement, .name = name()}, out);
}

std::error_code statement::write_execute(engine&, bytes& out, const statement_comment* says) {
    if (travel_ == travel::simple) {
        columns_told_ = false;
        wire::serialize(wire::simple_query{.sql = text_.text(), .comment = remark_behind(text_.text(), says)}, out);
        return {};
    }
    if (const auto failed = write_bound(out, says)) return failed;
    wire::serialize(wire::execute_message{.portal = portal_}, out);
    return {};
}

std::error_code statement::write_bound(bytes& out, const statement_comment* says) {
    columns_told_ = false;
    if (facts_ != nullptr) {
        if (auto wrong = count_error(facts_->parameters.size())) {
            fail(std::move(*wrong));
            return errc::wrong_parameter_count;
        }
    }
    // What is parsed anew is described anew: its tables may have changed since.
    if (facts_ == nullptr || travel_ == travel::unnamed || preparing_) write_describe(out, says);
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
    const auto sent = shortest(formats);
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
    if (facts_ == nullptr || (borrowed_ && !rows_.needs_description())) {
        too_large = wire::end_bind(bind, rows_.first_formats(), out);
    } else {
        const auto& columns = known_columns();
        too_large = wire::end_bind(bind, prepared_->chosen, out);
        if (travel_ == travel::named && !preparing_) {
            describe_rows(columns);
        } else {
            asked_ = columns;
        }
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
    chosen.resize(shortest(chosen).size());
    return last;
}

}  // namespace howdah::core
