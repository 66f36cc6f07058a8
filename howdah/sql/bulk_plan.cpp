#include "howdah/sql/bulk_plan.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "howdah/types/builtin_types.hpp"
#include "howdah/types/type_map.hpp"

namespace howdah {
namespace {

// unnest takes an array of arrays to pieces, and composites to their columns: these travel as their texts.
bool comes_apart(const column& c) noexcept {
    const auto* d = c.ref().description();
    return c.ref().element() != oid{} || (d != nullptr && d->kind == type_kind::composite);
}

bool has_array_type(const column& c) noexcept {
    if (!is_user_defined(c.type)) return array_of(c.type) != oid{};
    const auto* d = c.ref().description();
    return d != nullptr && d->array != oid{};
}

error refused(std::string why) { return error{errc::invalid_option, "the rows were not sent: " + std::move(why)}; }

std::optional<carriage> for_unnest(const column& c, column_fit fit) noexcept {
    if (fit.binary && has_array_type(c) && !comes_apart(c)) return carriage::binary;
    return fit.text ? std::optional{carriage::text} : std::nullopt;
}

std::optional<carriage> for_rows(const column&, column_fit fit) noexcept {
    if (fit.binary) return carriage::binary;
    return fit.text ? std::optional{carriage::text} : std::nullopt;
}

std::optional<carriage> for_copy(const column&, column_fit fit) noexcept {
    return fit.binary ? std::optional{carriage::binary} : std::nullopt;
}

using rule = std::optional<carriage> (*)(const column&, column_fit) noexcept;

rule rule_of(bulk_method m) noexcept {
    switch (m) {
        case bulk_method::automatic:
        case bulk_method::unnest: return &for_unnest;
        case bulk_method::pipeline: return &for_rows;
        case bulk_method::copy:
        case bulk_method::copy_through_temporary_table: return &for_copy;
    }
    return &for_rows;
}

bool all_fit(const bulk_situation& s, bulk_method m) noexcept {
    for (std::size_t i = 0; i < s.columns.size(); ++i)
        if (!rule_of(m)(s.columns[i], s.fits[i])) return false;
    return true;
}

bool worth_a_copy(const bulk_situation& s) noexcept {
    return s.request.verb == bulk_verb::insert && !s.request.returns() && s.request.options.unit == bulk_unit::call &&
           s.rows.value_or(0) >= rows_worth_a_copy && all_fit(s, bulk_method::copy);
}

bool may_merge(const bulk_situation& s) noexcept {
    return s.request.verb == bulk_verb::insert && s.request.returns() &&
           unnest_can_return(bulk_verb::insert, s.server_version) && s.rows.value_or(2) > 1 &&
           all_fit(s, bulk_method::unnest);
}

bulk_method pick(const bulk_situation& s) noexcept {
    if (worth_a_copy(s) && s.plain_table.value_or(false)) return bulk_method::copy;
    if (!all_fit(s, bulk_method::unnest)) return bulk_method::pipeline;
    if (!s.request.returns()) return bulk_method::unnest;
    if (s.request.verb == bulk_verb::insert)
        return may_merge(s) && s.plain_table.value_or(false) ? bulk_method::unnest : bulk_method::pipeline;
    return unnest_can_return(s.request.verb, s.server_version) ? bulk_method::unnest : bulk_method::pipeline;
}

void require_order(const bulk_situation& s) {
    if (!s.request.returns() || unnest_can_return(s.request.verb, s.server_version)) return;
    throw refused(
        s.request.verb == bulk_verb::upsert
            ? "upsert_many with RETURNING can't tell which row came of which by unnest: use bulk_method::pipeline"
            : "insert_many with RETURNING by unnest needs the MERGE of PostgreSQL 17: use bulk_method::pipeline");
}

std::vector<std::size_t> positions(const bulk_request& r) {
    std::vector<std::size_t> out;
    const auto all = r.columns.all();
    for (const auto& name : r.keys.all())
        out.push_back(static_cast<std::size_t>(std::ranges::find(all, name) - all.begin()));
    return out;
}

}  // namespace

bool asks_about_table(const bulk_situation& s) noexcept {
    return s.request.options.method == bulk_method::automatic && !s.plain_table && (worth_a_copy(s) || may_merge(s));
}

bulk_plan plan(const bulk_situation& s) {
    const auto asked = s.request.options.method;
    bulk_plan out{.method = asked == bulk_method::automatic ? pick(s) : asked, .how = {}};
    if (out.method == bulk_method::unnest) require_order(s);
    for (std::size_t i = 0; i < s.columns.size(); ++i) {
        const auto how = rule_of(out.method)(s.columns[i], s.fits[i]);
        if (!how)
            throw error{
                errc::parameter_type_mismatch,
                "the rows were not sent: their C++ type for " + describe(s.columns[i], i) +
                    (for_rows(s.columns[i], s.fits[i]) ? " can't travel by this method: use bulk_method::automatic"
                                                       : " can't become the column's: use another one")};
        out.how.push_back(*how);
    }
    return out;
}

std::optional<std::vector<std::size_t>> rows_to_send(const bulk_request& r, const encoded_rows& rows) {
    const auto keys = positions(r);
    if (r.verb == bulk_verb::insert || keys.empty()) return std::nullopt;
    if (r.verb != bulk_verb::upsert)
        if (const auto null = rows.find_null(keys))
            throw error{errc::unexpected_null, "the rows were not sent: row " + std::to_string(null->first) +
                                                   " has NULL in its key \"" + r.columns.all()[null->second] +
                                                   "\", which equals nothing"};
    if (r.verb == bulk_verb::upsert && r.on_conflict.does_nothing()) return std::nullopt;
    const auto last = rows.last_alike(keys);
    if (last.empty()) return std::nullopt;
    std::vector<std::size_t> kept;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (last[row] == row) {
            kept.push_back(row);
        } else if (r.on_duplicates == duplicates::refuse) {
            throw error{errc::invalid_value, "the rows were not sent: rows " + std::to_string(row) + " and " +
                                                 std::to_string(last[row]) +
                                                 " have the same key: send one of them, or say last_wins()"};
        }
    }
    return kept;
}

error row_error(std::error_code why, std::size_t row, const column& c, std::size_t position,
                std::string_view cpp_type) {
    return error{why, "the rows were not sent: row " + std::to_string(row) + " (" + std::string{cpp_type} +
                          ") can't go into " + describe(c, position) + ": " + why.message()};
}

}  // namespace howdah
