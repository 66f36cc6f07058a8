#pragma once
// The shape of a DataRow (protocol, section 55.7): int16 count, then for each field int32 size (-1: NULL) and bytes.

#include "howdah/base/bytes.hpp"
#include "howdah/base/reader.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/types/field.hpp"

namespace howdah::data_row {

inline constexpr std::size_t frame_header = 5, count_size = 2, length_size = 4;
inline constexpr std::int32_t null_length = -1;

struct frame {
    bytes_view body;
    std::size_t size;  // of the whole frame
};

/// The frame at `p`, which is known to be whole.
inline frame split(const std::byte* p) noexcept {
    const auto length = load_big_endian<std::uint32_t>(p + 1);
    return {{p + frame_header, length - length_size}, std::size_t{length} + 1};
}

inline std::int32_t field_length(const std::byte* at) noexcept {
    return static_cast<std::int32_t>(load_big_endian<std::uint32_t>(at));
}

/// Where the next field begins, in a row that is sound.
inline const std::byte* next(const std::byte* at) noexcept {
    const auto length = field_length(at);
    return at + length_size + (length > 0 ? length : 0);
}

/// The field at `at`, in a row that is sound.
inline field load(const std::byte* at, const column& c) noexcept {
    const auto length = field_length(at);
    const bool null = length < 0;
    return {.data = {at + length_size, null ? 0 : static_cast<std::size_t>(length)},
            .type = c.type,
            .format = c.format,
            .is_null = null,
            .known = c.known.get()};
}

/// As many fields as there are columns, each inside the body, and nothing behind them.
inline bool sound(bytes_view body, std::size_t columns) noexcept {
    if (body.size() < count_size || load_big_endian<std::uint16_t>(body.data()) != columns) return false;
    std::size_t at = count_size;  // an offset, because a wrong length may lead far beyond the end
    for (; columns != 0; --columns) {
        if (at + length_size > body.size()) return false;
        const auto length = load_big_endian<std::uint32_t>(body.data() + at);
        at += length_size;
        if (length != static_cast<std::uint32_t>(null_length)) [[likely]]
            at += length;
    }
    return at == body.size();
}

}  // namespace howdah::data_row
