#pragma once

#include <compare>
#include <cstdint>

#include "howdah/base/reader.hpp"
#include "howdah/types/codec.hpp"

namespace howdah {

/// Where a row's version stands in its table (ctid).
struct tid {
    std::uint32_t block = 0;
    std::uint16_t offset = 0;  // from 1 for rows that there are
    friend constexpr auto operator<=>(const tid&, const tid&) = default;
};

template <>
struct codec<tid> {
    static constexpr oid type = oids::tid;
    static constexpr int fixed_width = 6;
    static tid load(const std::byte* in) noexcept {
        return {load_big_endian<std::uint32_t>(in), load_big_endian<std::uint16_t>(in + 4)};
    }
    static void encode(tid value, bytes& out);
    static std::error_code decode(bytes_view in, tid& out) noexcept {
        if (auto failed = types::check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return {};
    }
    static void encode_text(tid value, bytes& out);
    static std::error_code decode_text(std::string_view in, tid& out) noexcept;
};

}  // namespace howdah
