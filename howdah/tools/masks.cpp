#include "howdah/tools/masks.hpp"

#include <CLI/Error.hpp>
#include <CLI/Option.hpp>

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <utility>

#include "howdah/base/writer.hpp"
#include "howdah/tools/printable.hpp"
#include "howdah/tools/words.hpp"
#include "howdah/types/oids.hpp"
#include "howdah/wire/frame.hpp"

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

// The names that a column has in its table, whatever the statement calls it.
struct origin {
    std::string table, attribute;  // "public.users", "email"
};

struct attribute_row {
    std::int64_t table;
    std::int32_t number;
    std::string schema, name, attribute;
};

std::vector<origin> origins_of(blocking::connection& db, std::span<const column> columns) {
    std::string tables;
    for (const auto& c : columns)
        if (c.table != 0) tables.append(tables.empty() ? "" : ", ").append(std::to_string(c.table));
    std::vector<origin> out(columns.size());
    if (tables.empty()) return out;
    const unsafe_sql question{
        "select a.attrelid::int8, a.attnum::int4, n.nspname::text, c.relname::text, a.attname::text"
        " from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid"
        " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
        " where a.attnum > 0 and a.attrelid in (" +
        tables + ")"};
    std::map<std::pair<std::int64_t, std::int32_t>, origin> known;
    for (auto& row : db.fetch_all<attribute_row>(question))
        known[{row.table, row.number}] = {row.schema + '.' + row.name, std::move(row.attribute)};
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (const auto found = known.find({columns[i].table, columns[i].attribute}); found != known.end())
            out[i] = found->second;
    return out;
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
    const auto place = [&](std::size_t i) {
        return value_place{.type = columns[i].type_name,
                           .table = origins[i].table,
                           .column = columns[i].name,
                           .attribute = origins[i].attribute};
    };
    for (std::size_t r = 0; r < rules_.size(); ++r) {
        redaction alone;
        auto rule = rules_[r];
        rule.as = masking::full;
        alone.columns(std::move(rule));
        bool fits = false;
        for (std::size_t i = 0; i < columns.size(); ++i) fits = fits || alone.of_column(place(i)) == masking::full;
        if (!fits) std::cerr << "howdah: --mask " << printable(unmarked(words_[r])) << " fits no column\n";
    }
    std::vector<masking> out;
    for (std::size_t i = 0; i < columns.size(); ++i) out.push_back(policy_.of_column(place(i)));
    return out;
}

result masks::masked(blocking::connection& db, const result& rows) const {
    const auto how = of(db, rows.columns());
    auto columns = std::make_shared<std::vector<column>>(rows.columns().begin(), rows.columns().end());
    for (std::size_t i = 0; i < how.size(); ++i) {
        if (how[i] == masking::none || how[i] == masking::null) continue;
        (*columns)[i].type = oids::text;
        (*columns)[i].type_name = "text";
    }
    result out;
    out.describe(std::move(columns));
    for (const auto row : rows) {
        bytes one;
        {
            wire::frame message{one, 'D'};
            message.u16(static_cast<std::uint16_t>(row.size()));
            for (std::size_t i = 0; i < row.size(); ++i) {
                const auto content = row[i].content();
                const auto value = show(content.is_null ? std::nullopt : std::optional{content.text()}, how[i]);
                message.u32(value ? static_cast<std::uint32_t>(value->size()) : 0xffff'ffff);
                if (value) message.raw(as_bytes(*value));
            }
        }
        if (const auto failed = out.append_rows(one, 1)) throw error{failed, "the masked rows take too much"};
    }
    out.complete({.command_tag = std::string{rows.command_tag()}, .rows_affected = rows.rows_affected()});
    return out;
}

}  // namespace howdah::tools
