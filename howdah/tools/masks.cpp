#include "howdah/tools/masks.hpp"

#include <CLI/Error.hpp>
#include <CLI/Option.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "howdah/tools/printable.hpp"
#include "howdah/tools/words.hpp"
#include "howdah/types/identifiers.hpp"

namespace howdah::tools {
namespace {

// "COLUMN", "TABLE.COLUMN" or "type:TYPE", and "=HOW" behind it. nullopt: no such mask.
std::optional<masking_rule> read_rule(std::string_view text) {
    masking_rule rule;
    if (const auto at = text.rfind('='); at != std::string_view::npos) {
        const auto as = masking_of(text.substr(at + 1));
        if (!as) return std::nullopt;
        rule.as = *as;
        text = text.substr(0, at);
    }
    constexpr std::string_view by_type = "type:";
    if (text.starts_with(by_type)) rule.type = text.substr(by_type.size());
    else rule.column = text;
    if (rule.type.empty() && rule.column.empty()) return std::nullopt;
    return rule;
}

std::string check_rule(const std::string& text) {
    return read_rule(unmarked(text))
               ? std::string{}
               : unmarked(text) + " is no mask such as email=partial, users.name=hash or type:bytea=null";
}

std::vector<column_origin> origins_of(blocking::connection& db, std::span<const column> columns) {
    const auto tables = core::tables_of(columns);
    if (tables.empty()) return {};
    return core::origins_of(columns, db.fetch_all<core::origin_row>(core::origins_statement(), tables));
}

}  // namespace

void masks::add_to(CLI::App& command) {
    command
        .add_option(
            "--mask", words_,
            "Don't show values: COLUMN, TABLE.COLUMN or type:TYPE, with =full, =partial, =hash, =null or =none; "
            "may be repeated, and the last that fits decides")
        ->type_name("RULE")
        ->allow_extra_args(false)
        ->check(check_rule);
    command
        .add_option("--mask-key-env", key_variable_,
                    "The variable that holds the key of =hash (default: another one each time)")
        ->type_name("NAME")
        ->transform(unmarked);
}

void masks::read() {
    for (const auto& word : words_) rules_.push_back(*read_rule(unmarked(word)));
    for (const auto& rule : rules_) policy_.columns(rule);
    if (key_variable_.empty()) return;
    const char* key = std::getenv(key_variable_.c_str());
    if (key == nullptr || *key == '\0') throw CLI::ValidationError{"--mask-key-env", key_variable_ + " is not set"};
    policy_.hash_with(secret_string{key});
}

std::vector<masking> masks::of(blocking::connection& db, std::span<const column> columns) const {
    const auto origins = origins_of(db, columns);
    tell_idle_rules(columns, origins);
    return maskings_of(policy_, columns, origins);
}

result masks::masked(blocking::connection& db, const result& rows) const {
    const auto origins = origins_of(db, rows.columns());
    tell_idle_rules(rows.columns(), origins);
    return masked_result(rows, policy_, origins);
}

void masks::tell_idle_rules(std::span<const column> columns, std::span<const column_origin> origins) const {
    for (std::size_t r = 0; r < rules_.size(); ++r) {
        redaction alone;
        auto rule = rules_[r];
        rule.as = masking::full;
        alone.columns(std::move(rule));
        const auto hidden = maskings_of(alone, columns, origins);
        if (std::ranges::find(hidden, masking::full) == hidden.end())
            std::cerr << "howdah: --mask " << printable(unmarked(words_[r])) << " fits no column\n";
    }
}

}  // namespace howdah::tools
