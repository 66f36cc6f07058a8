#pragma once
// Why here: the counterpart of reader.hpp, for messages and for binary values.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "howdah/base/bytes.hpp"

namespace howdah {

/// Writes an unsigned integer in big-endian order to where there is room for it.
template <class U>
void store_big_endian(std::byte* p, U value) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        if constexpr (sizeof(U) == 2) value = static_cast<U>(__builtin_bswap16(value));
        if constexpr (sizeof(U) == 4) value = static_cast<U>(__builtin_bswap32(value));
        if constexpr (sizeof(U) == 8) value = static_cast<U>(__builtin_bswap64(value));
    }
    std::memcpy(p, &value, sizeof value);
}

template <class U>
void put_big_endian(bytes& out, U value) {
    const auto at = out.size();
    out.resize(at + sizeof(U));
    store_big_endian(out.data() + at, value);
}

inline void put_u8(bytes& out, std::uint8_t v) { out.push_back(static_cast<std::byte>(v)); }
inline void put_u16(bytes& out, std::uint16_t v) { put_big_endian(out, v); }
inline void put_u32(bytes& out, std::uint32_t v) { put_big_endian(out, v); }
inline void put_u64(bytes& out, std::uint64_t v) { put_big_endian(out, v); }
inline void put_i16(bytes& out, std::int16_t v) { put_big_endian(out, static_cast<std::uint16_t>(v)); }
inline void put_i32(bytes& out, std::int32_t v) { put_big_endian(out, static_cast<std::uint32_t>(v)); }
inline void put_i64(bytes& out, std::int64_t v) { put_big_endian(out, static_cast<std::uint64_t>(v)); }
inline void put_f32(bytes& out, float v) { put_big_endian(out, std::bit_cast<std::uint32_t>(v)); }
inline void put_f64(bytes& out, double v) { put_big_endian(out, std::bit_cast<std::uint64_t>(v)); }

inline void put_cstring(bytes& out, std::string_view text) {
    append(out, text);
    out.push_back(std::byte{0});
}

}  // namespace howdah
