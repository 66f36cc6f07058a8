#pragma once

#include <cstdint>
#include <string_view>

#include "howdah/sql/tokenizer.hpp"

namespace howdah {

/// A statement's text, piece by piece: what the tokenizer yields, with literals as wholes. PostgreSQL's lexer without its
/// settings: standard_conforming_strings is taken to be on, as it is since 9.1.
class statement_pieces {
public:
    enum class kind : std::uint8_t {
        blank,   // one character of white space, or a comment
        string,  // with its prefix: E'...', x'...', U&'...', $$...$$; what is unterminated is taken for one
        number,
        word,   // a keyword, or a name without quotes
        other,  // a name in quotes, a placeholder, a single character
    };
    struct piece {
        kind what;
        std::string_view text;
    };

    explicit statement_pieces(std::string_view text) noexcept : text_{text}, tokens_{text} {}

    bool at_end() const noexcept { return at_ == text_.size(); }
    /// Not at the end.
    piece next() noexcept;

private:
    std::string_view peek() const noexcept { return text_.substr(at_); }
    std::string_view take() noexcept;
    piece from(std::size_t start, kind what) const noexcept { return {what, text_.substr(start, at_ - start)}; }
    bool number_goes_on(std::string_view last) const noexcept;
    bool is_string_prefix(std::string_view word) const noexcept;

    std::string_view text_;
    detail::tokenizer tokens_;
    std::size_t at_ = 0;
};

}  // namespace howdah
