#pragma once
// Just enough of PostgreSQL's lexer (src/backend/parser/scan.l) to count placeholders and statements and to know a
// statement's leading keyword, at compile time.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace howdah {

/// What a statement's leading keyword says it is.
enum class statement_kind : std::uint8_t {
    empty,
    select,  // SELECT, VALUES, TABLE, and anything in parentheses
    with,    // WITH: may read or write
    insert,
    update,
    delete_from,
    merge,
    show,
    explain,
    call,  // CALL and DO: may hold transactions of their own
    copy,
    listen,               // LISTEN, UNLISTEN
    transaction_control,  // BEGIN, COMMIT, ROLLBACK, SAVEPOINT, PREPARE TRANSACTION ...
    other,
};

namespace detail {

enum class flaw : std::uint8_t {
    none,
    unterminated_string,
    unterminated_identifier,
    unterminated_comment,
    unterminated_dollar_quote,
    bad_placeholder,  // $0, or over 65,535
    nul,
};

/// What one pass over a statement's text tells.
struct outline {
    statement_kind kind = statement_kind::empty;
    std::uint16_t placeholders = 0;  // the highest $n
    bool several_statements = false;
    bool reads = false;  // SELECT, VALUES, TABLE, SHOW or WITH, and nothing in it that is known to write or to lock
    enum flaw flaw = flaw::none;
};

class tokenizer {
public:
    explicit constexpr tokenizer(std::string_view text) noexcept : text_{text} {}

    constexpr outline run() noexcept {
        if (text_.find('\0') != std::string_view::npos) fail(flaw::nul);  // the protocol would end the text there
        while (at_ < text_.size() && out_.flaw == flaw::none) step();
        using enum statement_kind;
        out_.reads = !writes_ && (out_.kind == select || out_.kind == with || out_.kind == show);
        return out_;
    }

    // One piece after another, for whoever wants to see them instead.
    constexpr bool at_end() const noexcept { return at_ >= text_.size(); }
    /// A string, a name, a placeholder, a comment, or a single character. What is unterminated reaches to the end.
    constexpr std::string_view next() noexcept {
        const auto start = at_;
        step();
        return text_.substr(start, at_ - start);
    }
    /// Why the last piece reaches to the end, if it is unterminated.
    constexpr enum flaw flaw() const noexcept { return out_.flaw; }

private:
    constexpr void step() noexcept {
        const char c = text_[at_];
        if (is_space(c)) {
            ++at_;
        } else if (c == '-' && peek(1) == '-') {
            while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
        } else if (c == '/' && peek(1) == '*') {
            skip_comment();
        } else if (c == ';') {
            ++at_;
            ended_ = out_.kind != statement_kind::empty;
        } else {
            token(c);
        }
    }

    constexpr void token(char c) noexcept {
        if (ended_) out_.several_statements = true;
        if (is_identifier_start(c)) return word();
        if (out_.kind == statement_kind::empty) out_.kind = c == '(' ? statement_kind::select : statement_kind::other;
        if (c == '\'') return skip_quoted('\'', flaw::unterminated_string, escapes::doubled);
        if (c == '"') return skip_quoted('"', flaw::unterminated_identifier, escapes::doubled);
        if (c == '$') return dollar();
        ++at_;
    }

    // An identifier, a keyword, or the prefix of a string such as E'...'.
    constexpr void word() noexcept {
        const auto start = at_;
        while (at_ < text_.size() && is_identifier_part(text_[at_])) ++at_;
        const auto w = text_.substr(start, at_ - start);
        if (same(w, "E") && peek(0) == '\'') return skip_quoted('\'', flaw::unterminated_string, escapes::backslash);
        ++words_;
        writes_ = writes_ || says_write(w);
        if (words_ == 1 && out_.kind == statement_kind::empty) {
            out_.kind = classify(w);
            prepare_ = same(w, "PREPARE");
        } else if (words_ == 2 && prepare_ && same(w, "TRANSACTION")) {
            out_.kind = statement_kind::transaction_control;
        }
    }

    constexpr void dollar() noexcept {
        if (is_digit(peek(1))) return placeholder();
        auto end = at_ + 1;
        while (end < text_.size() && is_identifier_part(text_[end]) && text_[end] != '$') ++end;
        if (end >= text_.size() || text_[end] != '$') {
            ++at_;
            return;
        }
        const auto delimiter = text_.substr(at_, end + 1 - at_);
        const auto close = text_.find(delimiter, end + 1);
        if (close == std::string_view::npos) return fail(flaw::unterminated_dollar_quote);
        at_ = close + delimiter.size();
    }

    constexpr void placeholder() noexcept {
        std::uint32_t n = 0;
        for (++at_; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
            n = n * 10 + static_cast<std::uint32_t>(text_[at_] - '0');
            if (n > 65'535) return fail(flaw::bad_placeholder);
        }
        if (n == 0) return fail(flaw::bad_placeholder);
        if (n > out_.placeholders) out_.placeholders = static_cast<std::uint16_t>(n);
    }

    enum class escapes { doubled, backslash };

    constexpr void skip_quoted(char quote, enum flaw unterminated, escapes how) noexcept {
        for (++at_; at_ < text_.size(); ++at_) {
            const bool escaped = how == escapes::backslash && text_[at_] == '\\';
            if (escaped && ++at_ == text_.size()) break;
            if (escaped || text_[at_] != quote) continue;
            ++at_;
            if (peek(0) != quote && !(how == escapes::backslash && continues())) return;
        }
        fail(unterminated);
    }

    // Behind a string: white space with a line's end in it and a quote mean that the string goes on, by the same rules
    // of escaping (quotecontinue in scan.l). Then that quote is the next character.
    constexpr bool continues() noexcept {
        bool line_ended = false;
        for (auto next = at_; next < text_.size(); ++next) {
            if (text_.substr(next).starts_with("--")) next = text_.find_first_of("\r\n", next);
            if (next == std::string_view::npos) return false;
            if (!is_space(text_[next])) {
                if (!line_ended || text_[next] != '\'') return false;
                at_ = next;
                return true;
            }
            line_ended = line_ended || text_[next] == '\n' || text_[next] == '\r';
        }
        return false;
    }

    constexpr void skip_comment() noexcept {
        int depth = 0;
        while (at_ + 1 < text_.size()) {
            if (text_[at_] == '/' && text_[at_ + 1] == '*') {
                ++depth;
                at_ += 2;
            } else if (text_[at_] == '*' && text_[at_ + 1] == '/') {
                at_ += 2;
                if (--depth == 0) return;
            } else {
                ++at_;
            }
        }
        fail(flaw::unterminated_comment);
    }

    static constexpr statement_kind classify(std::string_view w) noexcept {
        struct entry {
            std::string_view keyword;
            statement_kind kind;
        };
        using enum statement_kind;
        constexpr entry table[] = {
            {"SELECT", select},
            {"VALUES", select},
            {"TABLE", select},
            {"WITH", with},
            {"INSERT", insert},
            {"UPDATE", update},
            {"DELETE", delete_from},
            {"MERGE", merge},
            {"SHOW", show},
            {"EXPLAIN", explain},
            {"CALL", call},
            {"DO", call},
            {"COPY", copy},
            {"LISTEN", listen},
            {"UNLISTEN", listen},
            {"BEGIN", transaction_control},
            {"START", transaction_control},
            {"COMMIT", transaction_control},
            {"END", transaction_control},
            {"ROLLBACK", transaction_control},
            {"ABORT", transaction_control},
            {"SAVEPOINT", transaction_control},
            {"RELEASE", transaction_control},
        };
        for (const auto& e : table)
            if (same(w, e.keyword)) return e.kind;
        return other;
    }

    // Words of a locking clause, of SELECT INTO, of what WITH may change; functions that change something, or that lock on
    // this server alone. A column of such a name makes a read be taken for a write, never the other way round.
    static constexpr bool says_write(std::string_view w) noexcept {
        constexpr std::string_view words[] = {"INSERT", "UPDATE",  "DELETE", "MERGE",    "INTO",
                                              "SHARE",  "NEXTVAL", "SETVAL", "PG_NOTIFY"};
        for (const auto word : words)
            if (same(w, word)) return true;
        return begins_with(w, "PG_ADVISORY_") || begins_with(w, "PG_TRY_ADVISORY_");
    }

    static constexpr bool begins_with(std::string_view w, std::string_view upper) noexcept {
        return w.size() >= upper.size() && same(w.substr(0, upper.size()), upper);
    }
    static constexpr bool same(std::string_view w, std::string_view upper) noexcept {
        if (w.size() != upper.size()) return false;
        for (std::size_t i = 0; i < w.size(); ++i) {
            const char c = w[i] >= 'a' && w[i] <= 'z' ? static_cast<char>(w[i] - 'a' + 'A') : w[i];
            if (c != upper[i]) return false;
        }
        return true;
    }

    constexpr char peek(std::size_t n) const noexcept { return at_ + n < text_.size() ? text_[at_ + n] : '\0'; }
    constexpr void fail(enum flaw f) noexcept {
        out_.flaw = f;
        at_ = text_.size();
    }
    static constexpr bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
    static constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
    static constexpr bool is_identifier_start(char c) noexcept {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    }
    static constexpr bool is_identifier_part(char c) noexcept {
        return is_identifier_start(c) || is_digit(c) || c == '$';
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int words_ = 0;
    bool prepare_ = false;
    bool writes_ = false;
    bool ended_ = false;  // a semicolon has closed a statement
    outline out_;
};

constexpr outline read_outline(std::string_view text) noexcept { return tokenizer{text}.run(); }

/// FNV-1a, so that a literal's hash is made by the compiler.
constexpr std::uint64_t hash(std::string_view text) noexcept {
    std::uint64_t h = 14695981039346656037u;
    for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return h;
}

}  // namespace detail
}  // namespace howdah
