#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "howdah/types/codec.hpp"

namespace howdah {

/// A string of bits (bit, varbit) of any length.
class bit_string {
public:
    bit_string() = default;
    /// `size` zeros.
    explicit bit_string(std::size_t size) : size_{size}, packed_((size + 7) / 8, std::byte{0}) {}

    /// "10110"; nullopt if there is anything but 0 and 1.
    static std::optional<bit_string> parse(std::string_view text);
    std::string to_string() const;

    std::size_t size() const noexcept { return size_; }
    /// Bit `i`, counted from the left as it is written. Beyond the end: undefined.
    bool operator[](std::size_t i) const noexcept { return (packed_[i / 8] & mask(i)) != std::byte{0}; }
    void set(std::size_t i, bool on) noexcept {
        packed_[i / 8] = on ? packed_[i / 8] | mask(i) : packed_[i / 8] & ~mask(i);
    }
    /// Eight bits a byte, the first one highest; the last byte is filled up with zeros.
    bytes_view packed() const noexcept { return packed_; }

    friend bool operator==(const bit_string&, const bit_string&) = default;

private:
    friend struct codec<bit_string>;
    static constexpr std::byte mask(std::size_t i) noexcept { return std::byte{0x80} >> (i % 8); }

    std::size_t size_ = 0;
    bytes packed_;
};

template <>
struct codec<bit_string> {
    static constexpr oid type = oids::varbit;
    static constexpr bool accepts(oid target) noexcept { return target == oids::varbit || target == oids::bit; }
    static std::error_code encode(const bit_string& value, bytes& out);
    static std::error_code decode(bytes_view in, bit_string& out);
    static void encode_text(const bit_string& value, bytes& out) { append(out, value.to_string()); }
    static std::error_code decode_text(std::string_view in, bit_string& out);
};

}  // namespace howdah
