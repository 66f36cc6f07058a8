#include "howdah/sim/replay/row_encoding.hpp"

#include <cstdint>
#include <limits>

#include "howdah/base/errc.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/wire/backend.hpp"
#include "howdah/wire/backend_writing.hpp"
#include "howdah/wire/frame.hpp"
#include "howdah/wire/frontend_parsing.hpp"

namespace howdah::sim {
namespace {

/// Where there is none, the client has counted its columns wrong.
enum format wanted_format(const std::vector<format>& formats, std::size_t i) noexcept {
    return formats.size() <= 1 || i < formats.size() ? wire::format_of(formats, i) : format::text;
}

std::error_code append_field(const canonical_value& value, oid type, enum format as, bytes& out) {
    constexpr auto null = std::numeric_limits<std::uint32_t>::max();
    const auto length_at = out.size();
    put_u32(out, null);
    if (value.what == canonical_value::kind::null) return {};
    if (const auto failed = append_value(value, type, as, out)) return failed;
    const auto size = out.size() - length_at - sizeof null;
    store_big_endian(out.data() + length_at, static_cast<std::uint32_t>(size));
    return {};
}

}  // namespace

void append_description(std::span<const recorded_column> columns, const std::vector<format>& formats, bytes& out) {
    wire::row_description m;
    m.fields.reserve(columns.size());
    for (const auto& c : columns)
        m.fields.push_back({.name = c.name,
                            .table = c.table,
                            .attribute = c.attribute,
                            .type = c.type,
                            .type_size = c.type_size,
                            .type_modifier = c.type_modifier,
                            .format = wanted_format(formats, m.fields.size())});
    wire::serialize(m, out);
}

std::error_code append_row(const recorded_row& row, std::span<const recorded_column> columns,
                           const std::vector<format>& formats, bytes& out) {
    if (row.size() != columns.size()) return errc::column_count_mismatch;
    const auto before = out.size();
    std::error_code failed;
    {
        wire::frame message{out, wire::tag::data_row};
        message.u16(static_cast<std::uint16_t>(row.size()));
        for (std::size_t i = 0; i < row.size() && !failed; ++i)
            failed = append_field(row[i], columns[i].type, wanted_format(formats, i), out);
    }
    if (failed) out.resize(before);
    return failed;
}

}  // namespace howdah::sim
