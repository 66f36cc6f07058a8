#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "howdah/types/codec.hpp"
#include "howdah/types/tsvector.hpp"

namespace howdah {

/// A text search query. Built of lexemes, or read:
///
///     const auto q = tsquery::lexeme("super", tsquery::match::prefix) & !tsquery::lexeme("sonic");
///     const auto phrase = tsquery::followed_by(tsquery::lexeme("fat"), tsquery::lexeme("rat"));
class tsquery {
public:
    enum class match : std::uint8_t { whole, prefix };
    /// PostgreSQL's numbers for the operators.
    enum class operation : std::uint8_t { operand = 0, negate = 1, both = 2, either = 3, phrase = 4 };

    /// A lexeme, or an operator on what stands before it.
    struct node {
        operation what = operation::operand;
        // Of a lexeme:
        std::string text;
        match how = match::whole;
        std::uint8_t weights = 0;  // bit n for lexeme_weight n; 0: any
        // Of a phrase: how many positions apart.
        std::uint16_t distance = 1;
        friend bool operator==(const node&, const node&) = default;
    };
    static constexpr std::uint16_t max_distance = 16'384;

    /// Matches nothing.
    tsquery() = default;
    static tsquery lexeme(std::string text, match how = match::whole, std::uint8_t weights = 0);
    static tsquery followed_by(const tsquery& first, const tsquery& second, std::uint16_t distance = 1);
    friend tsquery operator&(const tsquery& a, const tsquery& b) {
        return join(a, b, {.what = operation::both, .text = {}});
    }
    friend tsquery operator|(const tsquery& a, const tsquery& b) {
        return join(a, b, {.what = operation::either, .text = {}});
    }
    tsquery operator!() const;

    /// 'fat':AB & ( 'rat':* | 'cat' ) <2> !'dog'. nullopt if it is no query.
    static std::optional<tsquery> parse(std::string_view text);
    std::string to_string() const;
    /// In postfix order: operands, the left one first, then their operator. The last one is the root.
    const std::vector<node>& nodes() const noexcept { return nodes_; }

    friend bool operator==(const tsquery&, const tsquery&) = default;

private:
    friend struct codec<tsquery>;
    static tsquery join(const tsquery& a, const tsquery& b, node by);

    std::vector<node> nodes_;
};

/// One that matches nothing goes as text: many releases of the server send its binary form, but refuse it.
template <>
struct codec<tsquery> {
    static constexpr oid type = oids::tsquery;
    static constexpr bool sends_binary(type_ref) noexcept { return false; }  // one value may, others not
    static enum format parameter_format(const tsquery& value, oid target) noexcept {
        return target == type && !value.nodes().empty() ? format::binary : format::text;
    }
    static std::error_code encode(const tsquery& value, bytes& out);
    static std::error_code decode(bytes_view in, tsquery& out);
    static std::error_code encode_text(const tsquery& value, bytes& out);
    static std::error_code decode_text(std::string_view in, tsquery& out);
};

}  // namespace howdah
