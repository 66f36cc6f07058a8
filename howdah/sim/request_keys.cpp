#include "howdah/sim/request_keys.hpp"

#include <array>
#include <mutex>
#include <string>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/sim/detail/normaliser.hpp"
#include "howdah/sim/detail/secrets.hpp"
#include "howdah/sim/errc.hpp"
#include "howdah/sim/fingerprint.hpp"
#include "howdah/sql/tokenizer.hpp"
#include "howdah/types/builtin_types.hpp"

namespace howdah::sim {
namespace {

using kind = canonical_value::kind;

/// The policy's rules on top of "show everything". Statements in it are spelled as keys spell them.
redaction policy_of(const cassette_policy& policy, secret_string key) {
    redaction out;
    out.hash_with(std::move(key)).parameters({.as = masking::none});
    const auto spelled = [](masking_rule rule) {
        if (!rule.statement.empty()) rule.statement = read_statement(rule.statement).text;
        return rule;
    };
    for (const auto& rule : policy.parameters) out.parameters(spelled(rule));
    for (const auto& rule : policy.columns) out.columns(spelled(rule));
    return out;
}

bool is_text_type(oid type) noexcept {
    constexpr std::array types{oids::text, oids::varchar, oids::bpchar, oids::name, oids::unknown};
    for (const auto one : types)
        if (type == one) return true;
    return false;
}

/// What stands for a hidden value of a type that can't hold a mask; nullopt: NULL does.
std::optional<std::string_view> plainest(oid type) noexcept {
    switch (type) {
        case oids::int2:
        case oids::int4:
        case oids::int8:
        case oids::float4:
        case oids::float8:
        case oids::numeric: return "0";
        case oids::bool_: return "f";
        case oids::bytea: return "\\x";
        case oids::json:
        case oids::jsonb: return "null";
        case oids::uuid: return "00000000-0000-0000-0000-000000000000";
        case oids::date: return "2000-01-01";
        case oids::timestamp: return "2000-01-01 00:00:00";
        case oids::timestamptz: return "2000-01-01 00:00:00+00";
        default: return element_of(type) != oid{} ? std::optional<std::string_view>{"{}"} : std::nullopt;
    }
}

void hide_words(server_message& m) {
    for (auto* words : {&m.detail, &m.hint, &m.internal_query, &m.where}) words->clear();
    m.internal_position = 0;
}

bool has_secret(const statement_key& statement) noexcept {
    for (const auto& literal : statement.literals)
        if (literal.what == kind::secret) return true;
    return false;
}

/// A literal in its quotes stands for the value between them.
void normalise_literal(normaliser& rules, canonical_value& literal, const statement_key& statement,
                       std::size_t position) {
    const bool quoted = literal.data.size() >= 2 && literal.data.starts_with('\'') && literal.data.ends_with('\'');
    canonical_value value{literal.what, quoted ? literal.data.substr(1, literal.data.size() - 2) : literal.data};
    rules.parameter(value, statement, position, {});
    literal.data = quoted ? '\'' + value.data + '\'' : std::move(value.data);
}

}  // namespace

struct request_keys::content {
    content(const manifest& about, const secret_string& key)
        : hides_parameters{!about.policy.parameters.empty()},
          hides_columns{!about.policy.columns.empty()},
          policy{policy_of(about.policy, key)},
          rules{about.normalise} {}

    void hide_parameter(canonical_value& value, const statement_key& statement, std::size_t position, oid type) const {
        if (value.what != kind::text && value.what != kind::binary) return;
        if (is_secret(value.data)) {
            value = {kind::secret, {}};
        } else if (hides_parameters) {
            const value_place place{.statement = statement.text, .position = position, .type = type_name(type)};
            if (policy.of_parameter(place) != masking::none)
                value = {kind::masked, *policy.show(value.data, masking::hash)};
        }
    }

    void hide_column(canonical_value& value, const statement_key& statement, const recorded_column& column) const {
        if (value.what == kind::null) return;
        const value_place place{.statement = statement.text, .type = type_name(column.type), .column = column.name};
        auto as = hides_columns ? policy.of_column(place) : masking::none;
        if (as == masking::none && is_text_type(column.type) && is_secret(value.data)) as = masking::full;
        if (as == masking::none) return;
        if (as != masking::null && is_text_type(column.type)) {
            value = {kind::text, *policy.show(value.data, as)};
            return;
        }
        const auto plain = as == masking::null ? std::nullopt : plainest(column.type);
        value = plain ? canonical_value{kind::text, std::string{*plain}} : canonical_value{};
    }

    statement_reader reader;
    bool hides_parameters, hides_columns;
    redaction policy;
    normaliser rules;
};

request_keys::request_keys(const manifest& about, secret_string key) {
    if (about.policy.hides()) {
        const bool other = !about.key_check.empty() && !key.empty() && key_check_of(key) != about.key_check;
        if (key.empty() || other)
            throw error{error{cassette_errc::missing_key,
                              std::string{"the cassette's policy hides values by a key: set HOWDAH_CASSETTE_KEY"} +
                                  (other ? " to the one that it was recorded with; this is another" : "")}};
    }
    content_ = std::make_unique<content>(about, key);
}

request_keys::~request_keys() = default;

statement_key request_keys::of(std::string_view sql) {
    auto read = content_->reader.read(sql);
    statement_key out{.fingerprint = std::move(read.fingerprint), .text = std::move(read.text)};
    out.literals.reserve(read.literals.size());
    auto position = read.placeholders;
    for (auto& literal : read.literals) {
        canonical_value value{kind::text, std::move(literal)};
        if (read.secret) value = {kind::secret, {}};
        ++position;
        if (!content_->rules.empty()) normalise_literal(content_->rules, value, out, position);
        content_->hide_parameter(value, out, position, {});
        out.literals.push_back(std::move(value));
    }
    return out;
}

interaction_key request_keys::of(const statement_key& statement, std::span<const field> parameters) {
    interaction_key out{.statement = statement};
    out.parameters.reserve(parameters.size());
    for (const auto& parameter : parameters) {
        auto value = canonical_parameter(parameter);
        const auto position = out.parameters.size() + 1;
        if (!content_->rules.empty()) content_->rules.parameter(value, statement, position, parameter.type);
        content_->hide_parameter(value, statement, position, parameter.type);
        out.parameters.push_back(std::move(value));
    }
    return out;
}

void request_keys::hide(interaction_key& key, std::span<const oid> types) const {
    auto& statement = key.statement;
    auto position = detail::read_outline(statement.text).placeholders - statement.literals.size();
    for (auto& literal : statement.literals) content_->hide_parameter(literal, statement, ++position, {});
    for (std::size_t i = 0; i < key.parameters.size(); ++i)
        content_->hide_parameter(key.parameters[i], statement, i + 1, i < types.size() ? types[i] : oid{});
}

void request_keys::cover(recorded_row& row, const statement_key& statement, std::span<const recorded_column> columns) {
    for (std::size_t i = 0; i < row.size() && i < columns.size(); ++i) {
        if (!content_->rules.empty()) content_->rules.column(row[i], statement, columns[i]);
        content_->hide_column(row[i], statement, columns[i]);
    }
}

void request_keys::cover(answer& given, const statement_key& statement) const {
    if (!content_->hides_parameters && !content_->hides_columns && !has_secret(statement)) return;
    if (given.error) hide_words(*given.error);
    for (auto& notice : given.notices) hide_words(notice);
}

}  // namespace howdah::sim
