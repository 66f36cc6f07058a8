#include "howdah/types/bit_string.hpp"

#include <limits>
#include <utility>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"

namespace howdah {

std::optional<bit_string> bit_string::parse(std::string_view text) {
    bit_string out{text.size()};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '0' && text[i] != '1') return std::nullopt;
        if (text[i] == '1') out.set(i, true);
    }
    return out;
}

std::string bit_string::to_string() const {
    std::string out(size_, '0');
    for (std::size_t i = 0; i < size_; ++i)
        if ((*this)[i]) out[i] = '1';
    return out;
}

// src/backend/utils/adt/varbit.c, varbit_send: the number of bits, then the bits.
std::error_code codec<bit_string>::encode(const bit_string& value, bytes& out) {
    if (std::cmp_greater(value.size(), std::numeric_limits<std::int32_t>::max())) return errc::value_out_of_range;
    put_i32(out, static_cast<std::int32_t>(value.size()));
    append(out, value.packed());
    return {};
}

std::error_code codec<bit_string>::decode(bytes_view in, bit_string& out) {
    reader from{in};
    const auto size = from.i32();
    if (!from.ok()) return errc::truncated;
    if (size < 0) return errc::invalid_value;
    const auto bits = static_cast<std::size_t>(size);
    const auto packed = from.rest();
    if (auto failed = types::check_width(packed, (bits + 7) / 8)) return failed;
    if (bits % 8 != 0 && (packed.back() & (std::byte{0xFF} >> (bits % 8))) != std::byte{0}) return errc::invalid_value;
    out.size_ = bits;
    out.packed_.assign(packed.begin(), packed.end());
    return {};
}

std::error_code codec<bit_string>::decode_text(std::string_view in, bit_string& out) {
    auto parsed = bit_string::parse(in);
    if (!parsed) return errc::invalid_value;
    out = std::move(*parsed);
    return {};
}

}  // namespace howdah
