#pragma once

#include <span>
#include <vector>

#include "howdah/types/codec.hpp"

namespace howdah {

namespace types {

void append_hex(bytes& out, bytes_view in);
/// Reads both of bytea's text forms: \x and hexadecimal digits, and the older escapes (\\ and \ooo).
std::error_code read_bytea(std::string_view in, bytes& out);

/// bytea only: as text for another type, its digits would silently become the value.
struct bytea_codec {
    static constexpr oid type = oids::bytea;
    static constexpr oid first_use_oid = oids::bytea;
    static constexpr bool accepts(oid target) noexcept { return target == type; }
    static enum format parameter_format(bytes_view, oid target) noexcept {
        return is_user_defined(target) ? format::text : format::binary;  // a domain over bytea
    }
    static std::error_code encode(bytes_view value, bytes& out) {
        if (value.size() > largest_value) return errc::message_too_large;
        append(out, value);
        return {};
    }
    static std::error_code encode_text(bytes_view value, bytes& out) {
        if (value.size() > largest_value) return errc::message_too_large;
        append_hex(out, value);
        return {};
    }
};

}  // namespace types

template <class Allocator>
struct codec<std::vector<std::byte, Allocator>> : types::bytea_codec {
    static std::error_code decode(bytes_view in, std::vector<std::byte, Allocator>& out) {
        out.assign(in.begin(), in.end());
        return {};
    }
    static std::error_code decode_text(std::string_view in, std::vector<std::byte, Allocator>& out) {
        bytes read;
        const auto failed = types::read_bytea(in, read);
        out.assign(read.begin(), read.end());
        return failed;
    }
};

/// Reading: borrows from the result, in binary only.
template <>
struct codec<bytes_view> : types::bytea_codec {
    static constexpr bool borrows = true;
    static std::error_code decode(bytes_view in, bytes_view& out) noexcept {
        out = in;
        return {};
    }
};

/// For parameters.
template <>
struct codec<std::span<std::byte>> : types::bytea_codec {};

}  // namespace howdah
