#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/types/field.hpp"

namespace howdah::sim {

/// A value as a cassette has it: the same whether it travelled as text or in binary.
struct canonical_value {
    enum class kind : std::uint8_t {
        null,
        text,    // `data` is PostgreSQL's text form, in the client's encoding; or a message of COPY data
        binary,  // `data` is the binary form: of a type whose text form is not known, or does not give the same bytes
        masked,  // a parameter that the policy hides: `data` is its keyed hash, in hexadecimal digits
        secret,  // a password: nothing is kept of it, and it matches anything
    };

    kind what = kind::null;
    std::string data{};

    friend bool operator==(const canonical_value&, const canonical_value&) = default;
    friend auto operator<=>(const canonical_value&, const canonical_value&) = default;
};

/// A row of a result. Of COPY: one message's data, as one value.
using recorded_row = std::vector<canonical_value>;

/// A column's value, as the server sent it. Text stays as it is; what is binary becomes text if that text gives the same
/// bytes back.
canonical_value canonical_column(const field& in);
/// A parameter, as a client sent it. Two spellings of one value become the same ("07" and "7" of an int4, text and binary),
/// if its type is known: the first and the later uses of a statement differ on the wire.
canonical_value canonical_parameter(const field& in);
/// What stands for itself: COPY data in either format, a literal of a statement.
canonical_value canonical_text(std::string_view text);

/// Appends the value in `wanted`; it is neither NULL nor hidden.
/// Errors: type_mismatch (no other form than the recorded one is known for `type`), and those of decode and encode.
std::error_code append_value(const canonical_value& in, oid type, enum format wanted, bytes& out);

/// For people: NULL, 'text', \x0102, masked 1f0c6a5e, secret; cut behind some 80 characters.
std::string shown(const canonical_value& in);

}  // namespace howdah::sim
