#include "howdah/sim/detail/matcher.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/regex.hpp>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <ranges>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/sim/detail/selector.hpp"
#include "howdah/types/builtin_types.hpp"
#include "howdah/types/datetime.hpp"

namespace howdah::sim {
namespace {

using kind = canonical_value::kind;

// Longer ones only match what they equal.
constexpr std::size_t longest_matched = 64 << 10;

std::string lower(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// A literal without its quotes, as far as it is a plain one: '2026-11-26' is compared like a parameter.
std::string_view bare(std::string_view text) {
    const bool quoted = text.size() >= 2 && text.front() == '\'' && text.back() == '\'';
    return quoted ? text.substr(1, text.size() - 2) : text;
}

// A time without a zone is taken to be in UTC on both sides.
std::optional<std::int64_t> microseconds_of(std::string_view text) {
    const auto as = [text](auto& out, oid type) {
        return !decode(field{.data = as_bytes(text), .type = type, .format = format::text}, out) && out.is_finite();
    };
    if (timestamptz t{}; as(t, oids::timestamptz)) return t.microseconds;
    if (timestamp t{}; as(t, oids::timestamp)) return t.microseconds;
    if (timestamp t{}; as(t, oids::timestamp)) return t.microseconds;
    const auto with_time = std::string{text} + " 00:00:00";
    timestamp t{};
    if (!decode(field{.data = as_bytes(with_time), .type = oids::timestamp, .format = format::text}, t))
        return t.microseconds;
    return std::nullopt;
}

void sort_members(boost::json::value& value) {
    if (auto* list = value.if_array())
        for (auto& one : *list) sort_members(one);
    auto* object = value.if_object();
    if (object == nullptr) return;
    std::vector<std::pair<std::string, boost::json::value>> members;
    for (auto& member : *object) {
        sort_members(member.value());
        members.emplace_back(std::string{member.key()}, std::move(member.value()));
    }
    std::ranges::sort(members, {}, [](const auto& m) -> const std::string& { return m.first; });
    object->clear();
    for (auto& [name, content] : members) object->emplace(name, std::move(content));
}

/// The same for documents that say the same; nullopt for what is none.
std::optional<std::string> plain_json(std::string_view text) {
    boost::json::error_code failed;
    auto value = boost::json::parse(text, failed);
    if (failed) return std::nullopt;
    sort_members(value);
    return boost::json::serialize(value);
}

const canonical_value& value_at(const interaction_key& key, std::size_t position) {
    return position <= key.parameters.size() ? key.parameters[position - 1]
                                             : key.statement.literals[position - 1 - key.parameters.size()];
}

std::size_t count_of(const interaction_key& key) { return key.parameters.size() + key.statement.literals.size(); }

std::string_view type_at(const std::vector<oid>& types, std::size_t position) noexcept {
    return position <= types.size() ? type_name(types[position - 1]) : std::string_view{};
}

}  // namespace

struct matcher::compiled_rule {
    selector where;
    match_rule rule;
    boost::regex pattern{};

    bool fits_pattern(std::string_view text) const {
        if (text.size() > longest_matched) return false;
        try {
            return boost::regex_match(text.begin(), text.end(), pattern);
        } catch (const std::runtime_error&) {  // it would take for ever
            return false;
        }
    }

    /// Equal for values that may match. What only a comparison can tell has the same one.
    std::string common_part(const canonical_value& value) const {
        if (value.what == kind::null) return rule.by == match_by::any ? "*" : "null";
        switch (rule.by) {
            case match_by::any:
            case match_by::same_as_earlier: return "*";
            case match_by::time_within: return microseconds_of(bare(value.data)) ? "*" : value.data;
            case match_by::regex: return fits_pattern(bare(value.data)) ? "*" : value.data;
            case match_by::ignore_case: return lower(value.data);
            case match_by::json_equal: return plain_json(bare(value.data)).value_or(value.data);
        }
        return value.data;
    }

    bool matches(const canonical_value& recorded, const canonical_value& asked, const match_memory* memory) const {
        if (rule.by == match_by::any || recorded == asked) return true;
        if (common_part(recorded) != common_part(asked)) return false;
        if (rule.by == match_by::same_as_earlier) {
            const auto* met = memory == nullptr ? nullptr : memory->asked_for(recorded);
            return met != nullptr && *met == asked;
        }
        if (rule.by != match_by::time_within || recorded.what == kind::null) return true;
        const auto a = microseconds_of(bare(recorded.data)), b = microseconds_of(bare(asked.data));
        if (!a || !b) return true;  // neither is a time: they are equal
        const auto apart = *a > *b ? static_cast<std::uint64_t>(*a) - static_cast<std::uint64_t>(*b)
                                   : static_cast<std::uint64_t>(*b) - static_cast<std::uint64_t>(*a);
        return apart <= static_cast<std::uint64_t>(rule.tolerance.count());
    }
};

matcher::matcher(const std::vector<match_rule>& rules, std::string_view file) {
    rules_.reserve(rules.size());
    for (const auto& rule : rules) {
        compiled_rule made{.where = selector{rule.where}, .rule = rule};
        try {
            if (rule.by == match_by::regex) made.pattern.assign(rule.pattern);
        } catch (const std::runtime_error& e) {
            throw error{error{cassette_errc::damaged,
                              std::string{file} + ": the pattern \"" + rule.pattern + "\" is none: " + e.what()}};
        }
        rules_.push_back(std::move(made));
    }
}

matcher::~matcher() = default;

bool matcher::concerns(const statement_key& statement) const noexcept {
    return std::ranges::any_of(rules_, [&](const compiled_rule& one) { return one.where.fits(statement); });
}

const matcher::compiled_rule* matcher::rule_for(const interaction_key& key, std::size_t position,
                                                const std::vector<oid>& types) const noexcept {
    for (const auto& one : std::views::reverse(rules_))
        if (one.where.fits_parameter(key.statement, position, type_at(types, position))) return &one;
    return nullptr;
}

std::string matcher::common_part(const interaction_key& key, const std::vector<oid>& types) const {
    std::string out = key.statement.text;
    for (std::size_t position = 1; position <= count_of(key); ++position) {
        const auto* rule = rule_for(key, position, types);
        const auto& value = value_at(key, position);
        const auto part = rule != nullptr ? rule->common_part(value) : value.data;
        (out += '\0') += static_cast<char>('0' + static_cast<int>(rule != nullptr ? kind::text : value.what));
        (out += std::to_string(part.size())) += ':';
        out += part;
    }
    return out;
}

bool matcher::matches(const interaction_key& recorded, const interaction_key& asked, const std::vector<oid>& types,
                      const match_memory* memory) const {
    if (recorded.statement.text != asked.statement.text || recorded.parameters.size() != asked.parameters.size() ||
        count_of(recorded) != count_of(asked))
        return false;
    for (std::size_t position = 1; position <= count_of(asked); ++position) {
        const auto* rule = rule_for(asked, position, types);
        const auto &was = value_at(recorded, position), &is = value_at(asked, position);
        if (rule == nullptr ? was != is : !rule->matches(was, is, memory)) return false;
    }
    return true;
}

void matcher::learn(const interaction_key& recorded, const interaction_key& asked, const std::vector<oid>& types,
                    match_memory& memory) const {
    for (std::size_t position = 1; position <= count_of(asked); ++position) {
        const auto* rule = rule_for(asked, position, types);
        if (rule != nullptr && rule->rule.by != match_by::same_as_earlier)
            memory.learn(value_at(recorded, position), value_at(asked, position));
    }
}

}  // namespace howdah::sim
