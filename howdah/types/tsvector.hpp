#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "howdah/types/codec.hpp"

namespace howdah {

/// How much an occurrence of a lexeme counts; D, the least, is what is not shown.
enum class lexeme_weight : std::uint8_t { d, c, b, a };

/// A document for text search: its lexemes, sorted as PostgreSQL does (by their bytes, a prefix before what is longer),
/// none of them twice. The server sorts what is sent, but refuses positions that don't ascend.
struct tsvector {
    static constexpr std::uint16_t max_position = 16'383;

    struct position {
        std::uint16_t number = 1;  // from 1 to max_position
        lexeme_weight weight = lexeme_weight::d;
        friend constexpr auto operator<=>(const position&, const position&) = default;
    };
    struct lexeme {
        std::string text;
        std::vector<position> positions;  // ascending; at most 255
        friend bool operator==(const lexeme&, const lexeme&) = default;
    };

    std::vector<lexeme> lexemes;

    /// 'fat':2A,4 'rat':12. Keeps the order in which they are written. nullopt otherwise.
    static std::optional<tsvector> parse(std::string_view text);
    std::string to_string() const;
    friend bool operator==(const tsvector&, const tsvector&) = default;
};

template <>
struct codec<tsvector> {
    static constexpr oid type = oids::tsvector;
    static std::error_code encode(const tsvector& value, bytes& out);
    static std::error_code decode(bytes_view in, tsvector& out);
    static std::error_code encode_text(const tsvector& value, bytes& out);
    static std::error_code decode_text(std::string_view in, tsvector& out);
};

}  // namespace howdah
