#include "howdah/observe/statement_text.hpp"

#include <array>
#include <cstdio>

#include "howdah/sql/statement_pieces.hpp"
#include "howdah/sql/tokenizer.hpp"

namespace howdah {
namespace {

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
    void take(const statement_pieces::piece& piece) {
        using kind = statement_pieces::kind;
        if (piece.what == kind::blank) {
            blank_ = true;
            return;
        }
        if (piece.what == kind::number || piece.what == kind::string) literal();
        else if (piece.text == ",") comma();
        else other(piece);
        blank_ = false;
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
        else other({statement_pieces::kind::other, ","});
    }

    void other(const statement_pieces::piece& piece) {
        close_list();
        space();
        if (piece.what == statement_pieces::kind::word) {
            for (const char c : piece.text) out_.text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        } else {
            out_.text += piece.text;
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

    statement_pieces pieces_;
    std::size_t longest_;
    normalised_statement out_;
    list list_ = list::none;
    bool blank_ = false;
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
