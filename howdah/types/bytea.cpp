#include "howdah/types/bytea.hpp"

#include "howdah/types/hexadecimal.hpp"

namespace howdah::types {
namespace {

/// src/backend/utils/adt/varlena.c, byteain: \\ is a backslash, \ooo a byte in octal.
std::error_code read_escapes(std::string_view in, bytes& out) {
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (in[i] != '\\') {
            out.push_back(static_cast<std::byte>(in[i]));
        } else if (in.substr(i + 1).starts_with('\\')) {
            out.push_back(std::byte{'\\'});
            i += 1;
        } else {
            int value = 0;
            const auto digits = in.substr(i + 1, 3);
            if (digits.size() < 3 || digits[0] > '3') return errc::invalid_value;
            for (char c : digits) {
                if (c < '0' || c > '7') return errc::invalid_value;
                value = value * 8 + (c - '0');
            }
            out.push_back(static_cast<std::byte>(value));
            i += 3;
        }
    }
    return {};
}

}  // namespace

void append_hex(bytes& out, bytes_view in) {
    out.reserve(out.size() + 2 + in.size() * 2);
    append(out, "\\x");
    for (std::byte b : in) append_hex_digits(out, b);
}

std::error_code read_bytea(std::string_view in, bytes& out) {
    out.clear();
    if (!in.starts_with("\\x")) return read_escapes(in, out);
    in.remove_prefix(2);
    if (in.size() % 2 != 0) return errc::invalid_value;
    out.reserve(in.size() / 2);
    for (std::size_t i = 0; i < in.size(); i += 2) {
        const int high = hex_value(in[i]);
        const int low = hex_value(in[i + 1]);
        if (high < 0 || low < 0) return errc::invalid_value;
        out.push_back(static_cast<std::byte>(high * 16 + low));
    }
    return {};
}

}  // namespace howdah::types
