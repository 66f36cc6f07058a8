#include "howdah/sim/detail/normaliser.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ranges>

#include "howdah/types/builtin_types.hpp"

namespace howdah::sim {
namespace {

using kind = canonical_value::kind;

// What a server made and what a client made are counted apart: a replay meets only the client's.
constexpr std::string_view from_column = "00000000-0000-4000-8000-", from_parameter = "00000000-0000-4000-9000-";
constexpr std::size_t most_kept = 1'000'000;

std::string numbered(std::string_view prefix, std::uint64_t n) {
    std::array<char, 20> digits{};
    std::snprintf(digits.data(), digits.size(), "%012llx", static_cast<unsigned long long>(n));
    return std::string{prefix} + digits.data();
}

/// Empty for what is no date or time.
std::string_view fixed_time(oid type) noexcept {
    switch (type) {
        case oids::date: return "2000-01-01";
        case oids::time: return "00:00:00";
        case oids::timetz: return "00:00:00+00";
        case oids::timestamp: return "2000-01-01 00:00:00";
        case oids::timestamptz: return "2000-01-01 00:00:00+00";
        default: return {};
    }
}

void fix_time(canonical_value& value, oid type) {
    if (const auto fixed = fixed_time(type); !fixed.empty()) value.data = fixed;
}

bool is_plain(const canonical_value& value) noexcept { return value.what == kind::text; }

}  // namespace

normaliser::normaliser(const std::vector<normalise_rule>& rules) {
    for (const auto& rule : rules) {
        rules_.push_back({selector{rule.where}, rule.as});
        numbers_uuids_ = numbers_uuids_ || rule.as == normalise_as::numbered_uuid;
    }
}

void normaliser::number_uuid(canonical_value& value, std::string_view prefix) {
    if (value.data.starts_with(from_column) || value.data.starts_with(from_parameter)) return;
    const auto found = uuids_.find(value.data);
    if (found != uuids_.end()) {
        value.data = found->second;
        return;
    }
    auto& count = prefix == from_column ? column_uuids_ : parameter_uuids_;
    auto made = numbered(prefix, ++count);
    if (uuids_.size() < most_kept) uuids_.emplace(value.data, made);
    value.data = std::move(made);
}

void normaliser::number(canonical_value& value) {
    auto next = std::to_string(numbers_.size() + 1);
    value.data = numbers_.emplace(value.data, std::move(next)).first->second;
}

void normaliser::column(canonical_value& value, const statement_key& statement, const recorded_column& column) {
    if (!is_plain(value)) return;
    for (const auto& rule : std::views::reverse(rules_)) {
        if (!rule.where.fits_column(statement, column.name, type_name(column.type))) continue;
        const std::lock_guard hold{lock_};
        switch (rule.as) {
            case normalise_as::fixed_time: fix_time(value, column.type); return;
            case normalise_as::numbered_uuid:
                if (column.type == oids::uuid) number_uuid(value, from_column);
                return;
            case normalise_as::numbered: number(value); return;
        }
    }
}

void normaliser::parameter(canonical_value& value, const statement_key& statement, std::size_t position, oid type) {
    if (!is_plain(value)) return;
    const std::lock_guard hold{lock_};
    const auto found = std::ranges::find_if(std::views::reverse(rules_), [&](const ready_rule& rule) {
        return rule.where.fits_parameter(statement, position, type_name(type));
    });
    if (found == std::views::reverse(rules_).end()) {
        // A uuid that the server made comes back to it: nobody makes the same one again.
        const auto met = numbers_uuids_ ? uuids_.find(value.data) : uuids_.end();
        if (met != uuids_.end()) value.data = met->second;
        return;
    }
    switch (found->as) {
        case normalise_as::fixed_time: fix_time(value, type == oid{} ? oids::timestamptz : type); return;
        case normalise_as::numbered_uuid: number_uuid(value, from_parameter); return;
        case normalise_as::numbered:
            if (const auto met = numbers_.find(value.data); met != numbers_.end()) value.data = met->second;
            return;
    }
}

}  // namespace howdah::sim
