#include "howdah/observe/statement_text.hpp"

#include <array>
#include <cstdio>

#include "howdah/sql/tokenizer.hpp"

namespace howdah {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_comment(std::string_view piece) noexcept { return piece.starts_with("--") || piece.starts_with("/*"); }

class writer {
public:
    writer(std::string_view statement, std::size_t longest) : pieces_{statement}, longest_{longest} {
        out_.size = statement.size();
    }

    normalised_statement run() {
        while (!pieces_.at_end() && out_.text.size() < longest_) take(pieces_.next());
        close_list();
        out_.cut = !pieces_.at_end() || out_.text.size() > longest_;
        if (out_.text.size() > longest_) cut();
        out_.hash = detail::hash(out_.text);
        return std::move(out_);
    }

private:
    void take(std::string_view piece) {
        if (is_space(piece.front()) || is_comment(piece)) {
            blank_ = true;
            number_ = false;
            return;
        }
        const auto what = kind_of(piece);
        if (what == kind::part_of_number) return;
        number_ = what == kind::number;
        if (what == kind::number || what == kind::string) literal();
        else if (piece == ",") comma();
        else other(piece);
        blank_ = false;
    }

    enum class kind { other, string, number, part_of_number };

    // The lexer gives a number in pieces: `1`, `2`, `.`, `5`, `e10`; and `+`, `7` behind an `e`.
    kind kind_of(std::string_view piece) {
        const char c = piece.front();
        if (number_) {
            const bool sign = exponent_ && (c == '+' || c == '-');
            exponent_ = piece == "e" || piece == "E";
            if (is_digit(c) || c == '.' || is_word(c) || sign) return kind::part_of_number;
        }
        exponent_ = false;
        if (pieces_.flaw() != detail::flaw::none) return kind::string;
        if (is_digit(c)) return kind::number;
        if (c == '\'') return kind::string;
        if (c == '$' && piece.size() > 1 && !is_digit(piece[1])) return kind::string;
        return (c == 'E' || c == 'e') && piece.ends_with('\'') ? kind::string : kind::other;
    }

    // `?`, and behind `?,` nothing but the mark of a list.
    void literal() {
        if (list_ == list::literal_and_comma || list_ == list::several_and_comma) {
            list_ = list::several;
            return;
        }
        close_list();
        space();
        out_.text += '?';
        list_ = list::literal;
    }

    void comma() {
        if (list_ == list::literal) list_ = list::literal_and_comma;
        else if (list_ == list::several) list_ = list::several_and_comma;
        else other(",");
    }

    void other(std::string_view piece) {
        close_list();
        space();
        if (is_word(piece.front()) && !piece.ends_with('"')) {
            for (const char c : piece) out_.text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        } else {
            out_.text += piece;
        }
    }

    void close_list() {
        switch (list_) {
            case list::none:
            case list::literal: break;
            case list::literal_and_comma: out_.text += ','; break;
            case list::several: out_.text += ", ..."; break;
            case list::several_and_comma: out_.text += ", ...,"; break;
        }
        list_ = list::none;
    }

    void space() {
        if (blank_ && !out_.text.empty()) out_.text += ' ';
    }

    // Not in the middle of a character.
    void cut() {
        auto end = longest_;
        while (end > 0 && (static_cast<unsigned char>(out_.text[end]) & 0xc0) == 0x80) --end;
        out_.text.resize(end);
    }

    enum class list { none, literal, literal_and_comma, several, several_and_comma };

    detail::tokenizer pieces_;
    std::size_t longest_;
    normalised_statement out_;
    list list_ = list::none;
    bool blank_ = false, number_ = false, exponent_ = false;
};

}  // namespace

std::string normalised_statement::fingerprint() const { return fingerprint_of(hash); }

std::string fingerprint_of(std::uint64_t hash) {
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
    return digits.data();
}

std::string normalised_statement::shown() const {
    return cut ? text + "... (" + std::to_string(size) + " bytes)" : text;
}

normalised_statement normalise(std::string_view statement, std::size_t longest) {
    return writer{statement, longest}.run();
}

}  // namespace howdah
