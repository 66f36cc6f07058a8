#pragma once

#include <system_error>

#include "howdah/types/binary_form.hpp"
#include "howdah/types/codec.hpp"

namespace howdah::tools {

/// A value that has been there and back. As a parameter it is sent as it came out.
struct returned {
    bytes data;
    bool is_null = false;
    std::error_code failed;  // nothing came out
};

}  // namespace howdah::tools

template <>
struct howdah::codec<howdah::tools::returned> {
    using returned = howdah::tools::returned;
    static constexpr bool uses_catalog = true;
    static constexpr bool sends_binary(type_ref) noexcept { return true; }
    static bool is_null(const returned& value) noexcept { return value.is_null; }
    static void set_null(returned& out) noexcept { out.is_null = true; }
    static void encode_as(const returned& value, oid, bytes& out) { append(out, bytes_view{value.data}); }
    static std::error_code decode_as(const field& in, returned& out) {
        out.failed = howdah::to_binary(in, out.data);
        return {};
    }
};
