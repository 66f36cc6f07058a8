#pragma once

#include <string>

#include "howdah/types/text.hpp"
#include "howdah/types/versioned_text.hpp"

/// The types of the extension ltree as the texts they are; the server checks them.
namespace howdah {

/// A label path: "Top.Science.Astronomy".
struct ltree {
    std::string text;
    friend bool operator==(const ltree&, const ltree&) = default;
};

/// A pattern for label paths: "Top.*{0,2}.sport*@".
struct lquery {
    std::string text;
    friend bool operator==(const lquery&, const lquery&) = default;
};

/// Words that a label path must have: "Europe & !Transportation".
struct ltxtquery {
    std::string text;
    friend bool operator==(const ltxtquery&, const ltxtquery&) = default;
};

namespace types {

/// Both forms are known, but text is what travels: the binary one says no more, and servers before 13 have none.
template <class T>
struct ltree_codec {
    static constexpr bool wants_text_result = true;
    static constexpr bool sends_binary(type_ref) noexcept { return false; }
    static constexpr bool reads_binary(type_ref) noexcept { return false; }

    static std::error_code encode(const T& value, bytes& out) { return append_versioned_text(out, value.text); }
    static std::error_code encode_text(const T& value, bytes& out) { return append_text(out, value.text); }
    static std::error_code decode(bytes_view in, T& out) {
        std::string_view text;
        const auto failed = read_versioned_text(in, text);
        out.text.assign(text);
        return failed;
    }
    static std::error_code decode_text(std::string_view in, T& out) {
        out.text.assign(in);
        return {};
    }
};

}  // namespace types

template <>
struct codec<ltree> : types::ltree_codec<ltree> {
    static constexpr std::string_view type_name = "ltree";
};
template <>
struct codec<lquery> : types::ltree_codec<lquery> {
    static constexpr std::string_view type_name = "lquery";
};
template <>
struct codec<ltxtquery> : types::ltree_codec<ltxtquery> {
    static constexpr std::string_view type_name = "ltxtquery";
};

}  // namespace howdah
