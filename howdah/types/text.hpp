#pragma once

#include <string>
#include <string_view>

#include "howdah/types/codec.hpp"

namespace howdah {

namespace types {

/// The binary form is the text itself.
constexpr bool is_text(oid type) noexcept {
    return type == oids::text || type == oids::varchar || type == oids::bpchar || type == oids::name ||
           type == oids::unknown || type == oids::cstring || type == oids::json || type == oids::xml ||
           type == oids::refcursor;
}

/// errc::invalid_encoding if there is a NUL, which no text of PostgreSQL can hold; errc::message_too_large.
std::error_code append_text(bytes& out, std::string_view text);

/// Any type by its text form: converts a built-in type's binary form if need be.
std::error_code decode_string(const field& in, std::string& out);
/// What is text already.
std::error_code decode_string_view(const field& in, std::string_view& out);

bool is_enumeration(type_ref type) noexcept;

/// A string is any type's value by its text form.
struct text_codec {
    static constexpr oid type = oids::text;
    static constexpr bool wants_text_result = true;
    static constexpr bool accepts(oid target) noexcept { return is_text(target); }
    /// An enum's binary form is its label; that it is one, the catalog must have said.
    static constexpr bool sends_binary(type_ref target) noexcept {
        return is_text(target) || (is_user_defined(target) && is_enumeration(target));
    }
    static std::error_code encode_as(std::string_view value, type_ref target, bytes& out) {
        return sends_binary(target) ? append_text(out, value) : errc::parameter_type_mismatch;
    }
    static std::error_code encode_text(std::string_view value, bytes& out) { return append_text(out, value); }
};

}  // namespace types

template <>
struct codec<std::string> : types::text_codec {
    static std::error_code decode_as(const field& in, std::string& out) {
        if (in.format == format::text || types::is_text(in.type)) [[likely]] {
            out.assign(in.text());
            return {};
        }
        return types::decode_string(in, out);
    }
};

/// Reading: borrows from the result.
template <>
struct codec<std::string_view> : types::text_codec {
    static constexpr bool borrows = true;
    static std::error_code decode_as(const field& in, std::string_view& out) {
        return types::decode_string_view(in, out);
    }
};

/// A null pointer is NULL.
template <>
struct codec<const char*> : types::text_codec {
    static bool is_null(const char* value) noexcept { return value == nullptr; }
};
template <>
struct codec<char*> : codec<const char*> {};

/// A string literal.
template <std::size_t N>
struct codec<char[N]> : types::text_codec {};

/// One character: PostgreSQL's "char" (a byte), or a text of one byte.
template <>
struct codec<char> {
    static constexpr oid type = oids::char_;
    static constexpr int fixed_width = 1;
    static char load(const std::byte* in) noexcept { return static_cast<char>(*in); }
    static void encode(char value, bytes& out) { out.push_back(static_cast<std::byte>(value)); }
    static std::error_code encode_text(char value, bytes& out) {
        return types::append_text(out, std::string_view{&value, 1});
    }
    static std::error_code decode_as(const field& in, char& out);
};

}  // namespace howdah
