#include "howdah/core/masked_result.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/oids.hpp"
#include "howdah/types/text_form.hpp"
#include "howdah/wire/frame.hpp"

namespace howdah {
namespace {

constexpr std::uint32_t null_size = 0xffff'ffff;

/// By its text, so that a value is masked the same in whatever format it travelled.
std::optional<std::string> shown(const redaction& policy, const field& value, masking as) {
    if (value.is_null || as == masking::null) return std::nullopt;
    if (value.format == format::text) return policy.show(value.text(), as);
    std::string text;
    if (!to_text(value, text)) return policy.show(text, as);
    return policy.show(value.text(), as == masking::partial ? masking::full : as);
}

void append_value(std::optional<bytes_view> value, wire::frame& row) {
    row.u32(value ? static_cast<std::uint32_t>(value->size()) : null_size);
    if (value) row.raw(*value);
}

column_list masked_columns(std::span<const column> columns, const std::vector<masking>& how) {
    auto out = std::make_shared<std::vector<column>>(columns.begin(), columns.end());
    for (std::size_t i = 0; i < how.size(); ++i) {
        auto& c = (*out)[i];
        if (how[i] == masking::none) continue;
        c.nullable = true;
        if (how[i] == masking::null) continue;
        c.type = oids::text;
        c.type_name = "text";
        c.format = format::text;
        c.known = nullptr;
    }
    return out;
}

}  // namespace

std::vector<masking> maskings_of(const redaction& policy, std::span<const column> columns,
                                 std::span<const column_origin> origins) {
    std::vector<masking> out;
    out.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) {
        value_place place{.type = columns[i].type_name, .column = columns[i].name};
        if (i < origins.size()) {
            place.table = origins[i].table;
            place.attribute = origins[i].attribute;
        }
        out.push_back(policy.of_column(place));
    }
    return out;
}

result masked_result(const result& rows, const redaction& policy, std::span<const column_origin> origins) {
    const auto how = maskings_of(policy, rows.columns(), origins);
    result out;
    out.describe(masked_columns(rows.columns(), how));
    bytes one;
    for (const auto row : rows) {
        one.clear();
        {
            wire::frame message{one, 'D'};
            message.u16(static_cast<std::uint16_t>(row.size()));
            for (std::size_t i = 0; i < row.size(); ++i) {
                const auto content = row[i].content();
                if (how[i] == masking::none) {
                    append_value(content.is_null ? std::nullopt : std::optional{content.data}, message);
                } else {
                    const auto words = shown(policy, content, how[i]);
                    append_value(words ? std::optional{as_bytes(std::string_view{*words})} : std::nullopt, message);
                }
            }
        }
        if (const auto failed = out.append_rows(one, 1)) throw error{failed, "the masked rows"};
    }
    out.complete({.command_tag = std::string{rows.command_tag()}, .rows_affected = rows.rows_affected()});
    return out;
}

}  // namespace howdah
