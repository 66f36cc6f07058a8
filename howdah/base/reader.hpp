#pragma once
// Why here: the protocol and every binary type format are big-endian records that must be checked to the byte.

#include <bit>
#include <cstdint>
#include <cstring>
#include <system_error>

#include "howdah/base/bytes.hpp"
#include "howdah/base/errc.hpp"

namespace howdah {

/// Reads an unsigned big-endian integer that is known to be there.
template <class U>
U load_big_endian(const std::byte* p) noexcept {
    U value;
    std::memcpy(&value, p, sizeof value);
    if constexpr (std::endian::native == std::endian::big || sizeof(U) == 1) {
        return value;
    } else if constexpr (sizeof(U) == 2) {
        return static_cast<U>(__builtin_bswap16(value));
    } else if constexpr (sizeof(U) == 4) {
        return static_cast<U>(__builtin_bswap32(value));
    } else {
        return static_cast<U>(__builtin_bswap64(value));
    }
}

/// A sticky reader of big-endian records: after the first read past the end every read gives zero or empty,
/// and finish() says so. Checked once, at the end.
class reader {
public:
    explicit reader(bytes_view in) noexcept : at_{in.data()}, end_{in.data() + in.size()} {}

    std::uint8_t u8() noexcept { return number<std::uint8_t>(); }
    std::uint16_t u16() noexcept { return number<std::uint16_t>(); }
    std::uint32_t u32() noexcept { return number<std::uint32_t>(); }
    std::uint64_t u64() noexcept { return number<std::uint64_t>(); }
    std::int16_t i16() noexcept { return static_cast<std::int16_t>(u16()); }
    std::int32_t i32() noexcept { return static_cast<std::int32_t>(u32()); }
    std::int64_t i64() noexcept { return static_cast<std::int64_t>(u64()); }
    float f32() noexcept { return std::bit_cast<float>(u32()); }
    double f64() noexcept { return std::bit_cast<double>(u64()); }

    /// Bytes up to a NUL, which is skipped.
    std::string_view cstring() noexcept {
        const auto* nul = at_ == end_ ? nullptr : std::memchr(at_, 0, remaining());
        if (nul == nullptr) {
            fail();
            return {};
        }
        const auto* start = reinterpret_cast<const char*>(at_);
        const auto size = static_cast<std::size_t>(static_cast<const std::byte*>(nul) - at_);
        at_ += size + 1;
        return {start, size};
    }

    /// The next n bytes.
    bytes_view take(std::size_t n) noexcept {
        if (remaining() < n) {
            fail();
            return {};
        }
        const bytes_view out{at_, n};
        at_ += n;
        return out;
    }

    bytes_view rest() noexcept { return take(remaining()); }
    std::size_t remaining() const noexcept { return static_cast<std::size_t>(end_ - at_); }
    bool ok() const noexcept { return !truncated_; }

    /// Marks the input as broken, for a caller that found a value which can't be.
    void fail() noexcept {
        truncated_ = true;
        at_ = end_;
    }

    /// errc::truncated, errc::trailing_bytes, or no error.
    std::error_code finish() const noexcept {
        if (truncated_) return errc::truncated;
        if (at_ != end_) return errc::trailing_bytes;
        return {};
    }

private:
    template <class U>
    U number() noexcept {
        if (remaining() < sizeof(U)) {
            fail();
            return 0;
        }
        const auto value = load_big_endian<U>(at_);
        at_ += sizeof(U);
        return value;
    }

    const std::byte* at_;
    const std::byte* end_;
    bool truncated_ = false;
};

}  // namespace howdah
