#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <system_error>

#include "howdah/types/codec.hpp"
#include "howdah/types/hexadecimal.hpp"

namespace howdah::tests {

inline bytes unhex(std::string_view digits) {
    bytes out;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        out.push_back(static_cast<std::byte>(types::hex_value(digits[i]) * 16 + types::hex_value(digits[i + 1])));
    return out;
}

inline std::string hex(bytes_view in) {
    bytes out;
    for (std::byte each : in) types::append_hex_digits(out, each);
    return std::string{as_text(out)};
}

inline field text_field(std::string_view text, oid type) {
    return {.data = as_bytes(text), .type = type, .format = format::text};
}
inline field binary_field(bytes_view data, oid type) { return {.data = data, .type = type, .format = format::binary}; }
inline field null_field(oid type) { return {.data = {}, .type = type, .format = format::binary, .is_null = true}; }

/// What decode says of one text field; `out` is thrown away.
template <class T>
std::error_code error_of_text(std::string_view text, oid type) {
    T out{};
    return decode(text_field(text, type), out);
}
template <class T>
std::error_code error_of_binary(std::string_view digits, oid type) {
    T out{};
    const bytes data = unhex(digits);
    return decode(binary_field(data, type), out);
}

template <class T>
T from_text(std::string_view text, oid type = oid_of<T>) {
    T out{};
    EXPECT_EQ(decode(text_field(text, type), out), std::error_code{}) << text;
    return out;
}
template <class T>
T from_binary(std::string_view digits, oid type = oid_of<T>) {
    T out{};
    const bytes data = unhex(digits);
    EXPECT_EQ(decode(binary_field(data, type), out), std::error_code{}) << digits;
    return out;
}
template <class T>
std::string to_hex(const T& value, oid target = oid_of<T>) {
    bytes out;
    EXPECT_EQ(encode_binary(value, target, out), std::error_code{});
    return hex(out);
}
template <class T>
std::string to_text_form(const T& value) {
    bytes out;
    EXPECT_EQ(encode_text(value, out), std::error_code{});
    return std::string{as_text(out)};
}

/// What the server writes for one value: its text, and what its send function makes of it.
struct server_forms {
    std::string_view text, binary;
};

/// Both forms say the same, are read as the same, and are written as the server writes them.
template <class T>
void expect_forms(const server_forms& server, oid type = oid_of<T>) {
    SCOPED_TRACE(server.text);
    const T by_text = from_text<T>(server.text, type);
    const T by_binary = from_binary<T>(server.binary, type);
    EXPECT_EQ(to_text_form(by_text), server.text);
    EXPECT_EQ(to_text_form(by_binary), server.text);
    EXPECT_EQ(to_hex(by_text, type), server.binary);
    EXPECT_EQ(to_hex(by_binary, type), server.binary);
}

/// The binary form, ended before each of its bytes and made one byte longer, is an error every time.
template <class T>
void expect_refused_when_cut(std::string_view digits, oid type = oid_of<T>) {
    const bytes whole = unhex(digits);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const bytes cut{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
        T out{};
        EXPECT_NE(decode(binary_field(cut, type), out), std::error_code{}) << "cut to " << size << " bytes: " << digits;
    }
    bytes longer = whole;
    longer.push_back(std::byte{0});
    T out{};
    EXPECT_NE(decode(binary_field(longer, type), out), std::error_code{}) << "one byte longer: " << digits;
}

}  // namespace howdah::tests
