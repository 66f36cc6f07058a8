#include "howdah/sql/bulk_statement.hpp"

#include <algorithm>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/types/builtin_types.hpp"
#include "howdah/types/type_map.hpp"

namespace howdah {
namespace {

constexpr int first_with_merge_returning = 17;

template <class Names, class Each>
std::string joined(const Names& names, const char* between, Each&& each) {
    std::string out;
    std::size_t i = 0;
    for (const auto& name : names) out.append(i == 0 ? "" : between).append(each(name, i)), ++i;
    return out;
}

std::string quoted_names(std::span<const std::string> names, const char* prefix = "") {
    return joined(names, ", ", [&](const auto& name, std::size_t) { return prefix + quoted_identifier(name); });
}

// Where the value of a column comes from.
using source = std::vector<std::string>;

std::size_t position_of(const bulk_request& r, std::string_view name) {
    const auto all = r.columns.all();
    return static_cast<std::size_t>(std::ranges::find(all, name) - all.begin());
}

std::string conflict_clause(const bulk_request& r) {
    if (r.verb != bulk_verb::upsert) return {};
    const auto& on = r.on_conflict;
    std::string out = " on conflict ";
    if (on.constraint().empty()) out += "(" + quoted_names(on.target().all()) + ")";
    else out += "on constraint " + quoted_identifier(on.constraint());
    if (on.does_nothing()) return out + " do nothing";
    std::vector<std::string> updated;
    for (const auto& name : on.updated().empty() ? r.columns.all() : on.updated().all())
        if (!on.updated().empty() || !on.target().has(name)) updated.push_back(name);
    return out + " do update set " + joined(updated, ", ", [](const auto& name, std::size_t) {
               return quoted_identifier(name) + " = excluded." + quoted_identifier(name);
           });
}

std::string set_clause(const bulk_request& r, const source& values) {
    std::string out;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& name = r.columns.all()[i];
        if (!r.keys.has(name))
            out.append(out.empty() ? " set " : ", ").append(quoted_identifier(name) + " = " + values[i]);
    }
    return out;
}

std::string key_clause(const bulk_request& r, const source& values) {
    return " where " + joined(r.keys.all(), " and ", [&](const auto& name, std::size_t) {
               return "t." + quoted_identifier(name) + " = " + values[position_of(r, name)];
           });
}

std::string returning_clause(const bulk_request& r, const char* number, const char* prefix) {
    return r.returns() ? std::string{" returning "} + number + quoted_names(r.returned.all(), prefix) : std::string{};
}

std::string values_of(const source& values) {
    return joined(values, ", ", [](const auto& each, std::size_t) { return each; });
}

std::string type_of_array(const column& c, carriage how) {
    return (how == carriage::text ? std::string{"pg_catalog.text"} : sql_type_name(c.ref())) + "[]";
}

}  // namespace

void require_a_column_each(const column_names& columns, std::size_t fields, std::string_view cpp_type) {
    if (columns.all().size() == fields) return;
    throw error{errc::column_count_mismatch,
                "the rows were not sent: " + std::string{cpp_type} + " has " + std::to_string(fields) +
                    " fields, and " + std::to_string(columns.all().size()) + " columns are named: name one for each"};
}

void bulk_request::validate() const {
    options.validate();
    const auto wrong = [](std::string why) { return error{errc::invalid_option, "the rows were not sent: " + why}; };
    const auto among = [&](const column_names& names, const char* what) {
        for (const auto& name : names.all())
            if (!columns.has(name)) throw wrong(std::string{what} + " \"" + name + "\" is none of the columns");
    };
    for (const auto& name : columns.all())
        if (std::ranges::count(columns.all(), name) != 1) throw wrong("column \"" + name + "\" is named twice");
    among(keys, "the key");
    among(on_conflict.updated(), "the updated column");
    if (verb == bulk_verb::update && keys.empty()) throw wrong("update_many needs a key");
    const bool all_are_keys = std::ranges::all_of(columns.all(), [&](const auto& name) { return keys.has(name); });
    const bool updates = verb == bulk_verb::update ||
                         (verb == bulk_verb::upsert && !on_conflict.does_nothing() && on_conflict.updated().empty());
    if (updates && all_are_keys) throw wrong("all columns are in the key, so nothing is left to be updated");
    if (verb == bulk_verb::upsert && keys.empty() && on_conflict.constraint().empty())
        throw wrong("the conflict needs columns, or a constraint");
    if (returns() && options.unit == bulk_unit::chunk)
        throw wrong("with RETURNING it is all rows or none: bulk_unit::chunk gives a report instead");
    const bool copies = options.method == bulk_method::copy;
    const bool copies_through = options.method == bulk_method::copy_through_temporary_table;
    if ((copies || copies_through) && returns()) throw wrong("COPY gives nothing back");
    if (copies && verb != bulk_verb::insert) throw wrong("bulk_method::copy is for insert_many");
    if (copies_through && verb != bulk_verb::upsert)
        throw wrong("bulk_method::copy_through_temporary_table is for upsert_many");
}

bulk_request make_request(bulk_verb verb, const identifier& table, column_names columns, const bulk_terms& terms) {
    bulk_request out{.verb = verb,
                     .table = table,
                     .columns = std::move(columns),
                     .keys = terms.by,
                     .on_conflict = terms.on_conflict,
                     .returned = terms.returned,
                     .on_duplicates = terms.by.on_duplicates(),
                     .options = terms.options};
    if (verb == bulk_verb::upsert) {
        out.keys = terms.on_conflict.target();
        out.on_duplicates = terms.on_conflict.on_duplicates();
    }
    if (verb == bulk_verb::remove) {
        out.keys = out.columns;
        out.on_duplicates = duplicates::last_wins;
    }
    return out;
}

std::string describing_statement(const bulk_request& r) {
    return "select " + quoted_names(r.columns.all()) + " from " + r.table.quoted();
}

std::string sql_type_name(type_ref type) {
    if (const auto element = type.element(); element != oid{}) return sql_type_name(element) + "[]";
    if (const auto builtin = type_name(type); !builtin.empty()) return "pg_catalog." + quoted_identifier(builtin);
    if (const auto* d = type.description()) return quoted_identifier(d->schema) + '.' + quoted_identifier(d->name);
    throw error{errc::parameter_type_mismatch, "the rows were not sent: the catalog does not know " + type.name()};
}

std::string unnest_statement(const bulk_request& r, std::span<const column> columns, std::span<const carriage> how) {
    std::string arrays, names;
    source values;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const auto number = std::to_string(i + 1);
        const auto* const comma = i == 0 ? "" : ", ";
        arrays += comma + ("$" + number + "::" + type_of_array(columns[i], how[i]));
        names += comma + ("c" + number);
        values.push_back("s.c" + number);
        if (how[i] == carriage::text) values.back() += "::" + sql_type_name(columns[i].ref());
    }
    const auto from = "unnest(" + arrays + ")" + (r.returns() ? " with ordinality" : "") + " as s(" + names +
                      (r.returns() ? ", n)" : ")");
    const auto returned = returning_clause(r, "s.n, ", "t.");
    const auto& table = r.table.quoted();
    const auto into = " (" + quoted_names(r.columns.all()) + ") ";
    switch (r.verb) {
        case bulk_verb::update:
            return "update " + table + " as t" + set_clause(r, values) + " from " + from + key_clause(r, values) +
                   returned;
        case bulk_verb::remove:
            return "delete from " + table + " as t using " + from + key_clause(r, values) + returned;
        case bulk_verb::insert:
            if (r.returns())
                return "merge into " + table + " as t using " + from + " on false when not matched then insert" + into +
                       "values (" + values_of(values) + ")" + returned;
            break;
        case bulk_verb::upsert: break;
    }
    return "insert into " + table + into + "select " + values_of(values) + " from " + from + conflict_clause(r);
}

std::string row_statement(const bulk_request& r) {
    source values;
    for (std::size_t i = 0; i < r.columns.all().size(); ++i) values.push_back("$" + std::to_string(i + 1));
    const auto& table = r.table.quoted();
    const auto returned = returning_clause(r, "", "t.");
    switch (r.verb) {
        case bulk_verb::update:
            return "update " + table + " as t" + set_clause(r, values) + key_clause(r, values) + returned;
        case bulk_verb::remove: return "delete from " + table + " as t" + key_clause(r, values) + returned;
        case bulk_verb::insert:
        case bulk_verb::upsert: break;
    }
    return "insert into " + table + " as t (" + quoted_names(r.columns.all()) + ") values (" + values_of(values) + ")" +
           conflict_clause(r) + returned;
}

copy_statement copy_of_rows(const bulk_request& r) {
    const auto all = r.columns.all();
    const std::vector<std::string_view> names{all.begin(), all.end()};
    if (r.verb == bulk_verb::insert) return {.columns = {}, .copy = binary_copy_in(r.table, names).copy};
    const identifier between{"pg_temp", "howdah_rows"};
    const auto columns = quoted_names(all);
    return {.columns = {},
            .copy = binary_copy_in(between, names).copy,
            .before = {"create temp table " + quoted_identifier("howdah_rows") + " on commit drop as " +
                       describing_statement(r) + " with no data"},
            .after = {"insert into " + r.table.quoted() + " (" + columns + ") select " + columns + " from " +
                          between.quoted() + conflict_clause(r),
                      "drop table " + between.quoted()}};
}

bool unnest_can_return(bulk_verb verb, int server_version) noexcept {
    if (verb == bulk_verb::insert) return server_version >= first_with_merge_returning;
    return verb != bulk_verb::upsert;
}

}  // namespace howdah
