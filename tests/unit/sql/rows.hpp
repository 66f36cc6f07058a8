#pragma once
// Columns and DataRow frames, written down.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/writer.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/types/builtin_types.hpp"
#include "howdah/types/oids.hpp"

namespace howdah::rows {

using fields = std::vector<std::optional<std::string>>;

inline column text_column(std::string name, oid type) {
    column c;
    c.name = std::move(name);
    c.type = type;
    c.type_name = std::string{type_name(type)};
    return c;
}

inline column_list columns(std::vector<column> all) {
    return std::make_shared<const std::vector<column>>(std::move(all));
}

/// `id int4, name text`, both as text.
inline column_list id_and_name() { return columns({text_column("id", oids::int4), text_column("name", oids::text)}); }

inline bytes body(const fields& values) {
    bytes out;
    put_u16(out, static_cast<std::uint16_t>(values.size()));
    for (const auto& v : values) {
        put_i32(out, v ? static_cast<std::int32_t>(v->size()) : -1);
        if (v) append(out, *v);
    }
    return out;
}

inline bytes frame(const bytes& row) {
    bytes out;
    put_u8(out, 'D');
    put_u32(out, static_cast<std::uint32_t>(row.size() + 4));
    append(out, bytes_view{row});
    return out;
}

/// The body `id = 1, name = "Ada"` with another length word in front of the name.
inline bytes with_name_length(std::int32_t length) {
    auto row = body({"1", "Ada"});
    store_big_endian(row.data() + 7, static_cast<std::uint32_t>(length));
    return row;
}

}  // namespace howdah::rows
