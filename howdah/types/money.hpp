#pragma once

#include <compare>
#include <cstdint>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/codec.hpp"

namespace howdah {

/// An amount in the smallest unit of the currency that the server's lc_monetary names (cents).
struct money {
    std::int64_t units = 0;
    friend constexpr auto operator<=>(const money&, const money&) = default;
};

/// Sent in binary only, because how a text is read depends on lc_monetary: a statement with such a parameter is
/// described first. What the server writes can be read, since it shows every digit.
template <>
struct codec<money> {
    static constexpr oid type = oids::money;
    static constexpr int fixed_width = 8;
    static money load(const std::byte* in) noexcept {
        return {static_cast<std::int64_t>(load_big_endian<std::uint64_t>(in))};
    }
    static void encode(money value, bytes& out) { put_i64(out, value.units); }
    static std::error_code decode(bytes_view in, money& out) noexcept {
        if (auto failed = types::check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return {};
    }
    static std::error_code decode_text(std::string_view in, money& out) noexcept;
};

}  // namespace howdah
