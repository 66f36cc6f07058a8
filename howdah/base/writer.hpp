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

/// Makes `n` more bytes and gives where they begin.
inline std::byte* extend(bytes& out, std::size_t n) {
    const auto at = out.size();
    out.resize(at + n);
    return out.data() + at;
}

template <class U>
void put_big_endian(bytes& out, U value) {
    store_big_endian(extend(out, sizeof(U)), value);
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

/// Writes one thing behind another to where there is room for all of it.
class placer {
public:
    explicit placer(std::byte* at) noexcept : at_{at} {}

    placer& u8(std::uint8_t v) noexcept { return number(v); }
    placer& u16(std::uint16_t v) noexcept { return number(v); }
    placer& u32(std::uint32_t v) noexcept { return number(v); }
    placer& cstring(std::string_view text) noexcept {
        if (!text.empty()) std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
        return u8(0);
    }

private:
    template <class U>
    placer& number(U v) noexcept {
        store_big_endian(at_, v);
        at_ += sizeof v;
        return *this;
    }

    std::byte* at_;
};

inline void put_cstring(bytes& out, std::string_view text) {
    append(out, text);
    out.push_back(std::byte{0});
}

}  // namespace howdah
