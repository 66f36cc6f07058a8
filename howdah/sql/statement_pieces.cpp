#include "howdah/sql/statement_pieces.hpp"

namespace howdah {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_comment(std::string_view text) noexcept { return text.starts_with("--") || text.starts_with("/*"); }

}  // namespace

std::string_view statement_pieces::take() noexcept {
    const auto token = tokens_.next();
    at_ += token.size();
    return token;
}

// The tokenizer gives a number in pieces: `1`, `2`, `.`, `5`, `e10`; and `+`, `7` behind an `e`.
bool statement_pieces::number_goes_on(std::string_view last) const noexcept {
    if (at_end()) return false;
    const char c = text_[at_];
    const bool exponent = last == "e" || last == "E";
    return is_digit(c) || c == '.' || is_word(c) || (exponent && (c == '+' || c == '-'));
}

bool statement_pieces::is_string_prefix(std::string_view word) const noexcept {
    if (word.size() != 1) return false;
    constexpr std::string_view before_quote = "xXbBnN";
    if (before_quote.find(word.front()) != std::string_view::npos) return peek().starts_with('\'');
    return (word == "u" || word == "U") && peek().starts_with("&'");
}

statement_pieces::piece statement_pieces::next() noexcept {
    const auto start = at_;
    const auto first = take();
    const char c = first.front();
    if (is_space(c) || is_comment(first)) return {kind::blank, first};
    if (tokens_.flaw() != detail::flaw::none) return {kind::string, first};
    if (is_digit(c)) {
        for (auto last = first; number_goes_on(last);) last = take();
        return from(start, kind::number);
    }
    if (c == '\'') return {kind::string, first};
    if (c == '$' && first.size() > 1 && !is_digit(first[1])) return {kind::string, first};
    if (!is_word(c)) return {kind::other, first};
    if (first.ends_with('\'')) return {kind::string, first};  // E'...'
    if (!is_string_prefix(first)) return {kind::word, first};
    if (take() == "&") take();
    return from(start, kind::string);
}

}  // namespace howdah
