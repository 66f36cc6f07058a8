#include "howdah/sim/fingerprint.hpp"

#include <pg_query.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "howdah/base/digest.hpp"
#include "howdah/sim/detail/secrets.hpp"
#include "howdah/sql/statement_pieces.hpp"

namespace howdah::sim {
namespace {

using piece_kind = statement_pieces::kind;

// Larger ones would take the parser more memory than they are worth: some 100 bytes for each of the text's.
constexpr std::size_t longest_parsed = 8 << 20;

/// Takes the text apart, and puts together what the parser is to see.
class statement_splitter {
public:
    explicit statement_splitter(std::string_view sql) : pieces_{sql} {
        const auto outline = detail::read_outline(sql);
        out.placeholders = outline.placeholders;
        sound_ = outline.flaw == detail::flaw::none;
    }

    void run() {
        while (!pieces_.at_end()) take(pieces_.next());
        if (!sound_) parsed.clear();
    }

    fingerprinted out;
    std::string parsed;  // the statement with another literal in each literal's place; empty if a piece has no end

private:
    void take(const statement_pieces::piece& piece) {
        switch (piece.what) {
            case piece_kind::blank:
                blank_ = true;
                line_ended_ = line_ended_ || piece.text.find_first_of("\r\n") != std::string_view::npos;
                return;
            case piece_kind::string: string(piece.text); break;
            case piece_kind::number:
                literal(piece.text, "1");
                behind_string_ = false;
                break;
            case piece_kind::word:
            case piece_kind::other: other(piece); break;
        }
        blank_ = line_ended_ = false;
    }

    // 'a' and behind the line's end 'b' are one string.
    void string(std::string_view text) {
        if (behind_string_ && line_ended_ && text.front() == '\'') {
            (out.literals.back() += '\n') += text;
            return;
        }
        literal(text, like(text));
        behind_string_ = text.ends_with('\'');
    }

    void literal(std::string_view text, std::string_view in_its_place) {
        separate();
        out.text.append(1, '$').append(std::to_string(out.placeholders + out.literals.size() + 1));
        parsed += in_its_place;
        out.literals.emplace_back(text);
    }

    // No character in it could be wrong.
    static std::string_view like(std::string_view literal) {
        switch (literal.front()) {
            case 'x':
            case 'X': return "X''";
            case 'b':
            case 'B': return "B''";
            default: return "''";
        }
    }

    void other(const statement_pieces::piece& piece) {
        behind_string_ = false;
        if (piece.text == ";") {
            ++semicolons_;
            return;
        }
        separate();
        const auto start = out.text.size();
        out.text += piece.text;
        if (piece.what == piece_kind::word)
            std::transform(out.text.begin() + static_cast<std::ptrdiff_t>(start), out.text.end(),
                           out.text.begin() + static_cast<std::ptrdiff_t>(start),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        parsed += std::string_view{out.text}.substr(start);
    }

    // Semicolons at the end don't count, whatever the client's habit.
    void separate() {
        if (!out.text.empty()) {
            const std::string_view between = semicolons_ != 0 ? "; " : blank_ ? " " : "";
            out.text += between;
            parsed += between;
        }
        semicolons_ = 0;
    }

    statement_pieces pieces_;
    std::size_t semicolons_ = 0;
    bool sound_ = true, blank_ = false, line_ended_ = false, behind_string_ = false;
};

/// Empty if the parser can't read it.
std::string ask_parser(const std::string& statement) {
    if (statement.empty() || statement.size() > longest_parsed || statement.find('\0') != std::string::npos) return {};
    const auto result = ::pg_query_fingerprint(statement.c_str());
    std::string out;
    if (result.error == nullptr && result.fingerprint_str != nullptr) out = result.fingerprint_str;
    ::pg_query_free_fingerprint_result(result);
    return out;
}

std::string fingerprint_of_text(const std::string& text, const std::string& parsed) {
    auto found = ask_parser(parsed);
    return found.empty() ? "fallback-" + sha_256(text).hexadecimal().substr(0, 16) : found;
}

template <class Fingerprint>
fingerprinted read(std::string_view sql, Fingerprint&& fingerprint) {
    statement_splitter splitter{sql};
    splitter.run();
    auto& out = splitter.out;
    out.fingerprint = fingerprint(out.text, splitter.parsed);
    out.fallback = out.fingerprint.starts_with("fallback-");
    out.secret = carries_secrets(out.text) || std::ranges::any_of(out.literals, is_secret_literal);
    return std::move(out);
}

bool says_something(std::string_view statement) {
    return detail::read_outline(statement).kind != statement_kind::empty;
}

std::vector<std::string> split_at_semicolons(std::string_view script) {
    std::vector<std::string> out;
    std::size_t start = 0, at = 0;
    int depth = 0;
    for (statement_pieces pieces{script}; !pieces.at_end();) {
        const auto piece = pieces.next();
        at += piece.text.size();
        depth += piece.text == "(" ? 1 : piece.text == ")" ? -1 : 0;
        if (piece.text != ";" || depth > 0) continue;
        out.emplace_back(script.substr(start, at - 1 - start));
        start = at;
    }
    out.emplace_back(script.substr(start));
    return out;
}

}  // namespace

std::vector<std::string> split_statements(std::string_view script) {
    const std::string text{script};
    std::vector<std::string> out;
    if (text.size() <= longest_parsed && text.find('\0') == std::string::npos) {
        const auto parts = ::pg_query_split_with_parser(text.c_str());
        if (parts.error == nullptr)
            for (int i = 0; i < parts.n_stmts; ++i)
                out.push_back(text.substr(static_cast<std::size_t>(parts.stmts[i]->stmt_location),
                                          static_cast<std::size_t>(parts.stmts[i]->stmt_len)));
        ::pg_query_free_split_result(parts);
    }
    if (out.empty()) out = split_at_semicolons(script);
    std::erase_if(out, [](const std::string& one) { return !says_something(one); });
    return out;
}

fingerprinted read_statement(std::string_view sql) { return read(sql, fingerprint_of_text); }

struct statement_reader::memory {
    static constexpr std::size_t longest_kept = 64 << 10, most_bytes = 8 << 20;

    std::mutex lock;
    std::unordered_map<std::string, std::string> fingerprints;  // by the normalised text
    std::size_t bytes = 0;
};

statement_reader::statement_reader() : memory_{std::make_unique<memory>()} {}
statement_reader::~statement_reader() = default;

fingerprinted statement_reader::read(std::string_view sql) {
    return sim::read(sql, [this](const std::string& text, const std::string& parsed) {
        {
            const std::lock_guard hold{memory_->lock};
            if (const auto found = memory_->fingerprints.find(text); found != memory_->fingerprints.end())
                return found->second;
        }
        auto made = fingerprint_of_text(text, parsed);
        if (text.size() > memory::longest_kept) return made;
        const std::lock_guard hold{memory_->lock};
        if (memory_->bytes > memory::most_bytes) {
            memory_->fingerprints.clear();
            memory_->bytes = 0;
        }
        memory_->bytes += text.size();
        memory_->fingerprints.emplace(text, made);
        return made;
    });
}

}  // namespace howdah::sim
