#pragma once

#include "howdah/types/codec.hpp"

namespace howdah {

template <>
struct codec<bool> {
    static constexpr oid type = oids::bool_;
    static constexpr int fixed_width = 1;
    static bool load(const std::byte* in) noexcept { return *in != std::byte{0}; }

    static void encode(bool value, bytes& out) { out.push_back(static_cast<std::byte>(value)); }
    static std::error_code decode(bytes_view in, bool& out) noexcept {
        if (auto failed = types::check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return {};
    }
    static void encode_text(bool value, bytes& out) { append(out, value ? "t" : "f"); }
    static std::error_code decode_text(std::string_view in, bool& out) noexcept;
};

}  // namespace howdah
