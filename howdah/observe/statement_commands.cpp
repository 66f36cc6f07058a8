#include "howdah/observe/statement_commands.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "howdah/sql/tokenizer.hpp"

namespace howdah {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// A keyword, or a name without quotes; what can be neither is as good as empty.
bool is_word(std::string_view piece) {
    const char c = lower(piece.empty() ? ' ' : piece.front());
    return ((c >= 'a' && c <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80) && piece.back() != '\'';
}

bool same(std::string_view piece, std::string_view keyword) { return std::ranges::equal(piece, keyword, {}, lower); }

bool is_any(std::string_view piece, std::initializer_list<std::string_view> keywords) {
    return std::ranges::any_of(keywords, [&](auto k) { return same(piece, k); });
}

bool is_blank(std::string_view piece) {
    const char c = piece.front();
    return c == ' ' || (c >= '\t' && c <= '\r') || piece.starts_with("--") || piece.starts_with("/*");
}

// Reads one statement after another, piece by piece; views into the text.
class reader {
public:
    explicit reader(statement_commands& out) : out_{&out} {}

    void take(std::string_view piece) {
        if (piece == ";") return end();
        decide(piece);
        if (piece == ")") --depth_;
        if (leading_.empty()) begin(piece);
        else go_on(piece);
        if (piece == "(") ++depth_;
        before_ = piece;
    }
    void end() { *this = reader{*out_}; }

private:
    // What the rest of the statement is read as.
    enum class part {
        query,            // or what changes rows: its own commands, and those in parentheses
        copy,             // the same, and where its data goes
        explain,          // options, then a statement
        explain_options,  // in parentheses
        prepare,          // a name, then a statement behind AS
        nothing,          // of interest
    };

    void begin(std::string_view piece) {
        if (piece == "(") {  // a SELECT, a VALUES or a TABLE: the word behind says which
            outermost_ = depth_ + 1;
            return;
        }
        if (!inside_) ++out_->statements;
        leading_ = piece;
        add(is_word(piece) ? piece : piece.substr(0, 1));
        if (is_any(piece, {"select", "with", "values", "table", "insert", "update", "delete", "merge"}))
            part_ = part::query;
        else if (same(piece, "copy")) part_ = part::copy;
        else if (same(piece, "explain")) part_ = part::explain;
        else if (same(piece, "prepare")) part_ = part::prepare;
        else part_ = part::nothing;
    }

    void go_on(std::string_view piece) {
        switch (part_) {
            case part::nothing: return;
            case part::query: return query(piece);
            case part::copy: return copy(piece);
            case part::explain: return explain(piece);
            case part::explain_options: return explain_option(piece);
            case part::prepare:
                if (same(before_, "as") && depth_ == 0) begin_inside(piece);
                return;
        }
    }

    // The statement goes on with another one, which runs.
    void begin_inside(std::string_view piece) {
        inside_ = true;
        leading_ = {};
        outermost_ = depth_;
        begin(piece);
    }

    void query(std::string_view piece) {
        if (same(piece, "into") && depth_ <= outermost_ && is_any(leading_, {"select", "with"}) &&
            !is_any(before_, {"insert", "merge", "as"}))
            add("select into");
        suspect(piece);
    }

    void copy(std::string_view piece) {
        if (depth_ == 0 && is_any(piece, {"from", "to"}) && !same(before_, "copy"))
            add(same(piece, "from") ? "copy from" : "copy to");
        if (depth_ == 0 && is_any(before_, {"from", "to"})) {
            if (same(piece, "program")) add("copy program");
            else if (!is_word(piece)) add("copy file");  // no stdin, stdout
        }
        if (before_ == "(" && is_any(piece, {"select", "with", "values", "table"})) add(piece);
        suspect(piece);
    }

    // Behind a parenthesis stands what a WITH changes; what has one may itself begin anywhere behind it.
    void suspect(std::string_view piece) {
        if (!is_any(piece, {"insert", "update", "delete", "merge"})) return;
        const bool main = same(leading_, "with") && depth_ <= outermost_ &&
                          !is_any(before_, {"for", "key", "do", "then", "as", "with", "recursive", ","});
        if (before_ == "(" || main) suspect_ = piece;
    }

    // Which word follows tells a command from a name.
    void decide(std::string_view next) {
        const auto suspected = std::exchange(suspect_, {});
        if (suspected.empty()) return;
        const bool is_one = same(suspected, "delete")   ? same(next, "from")
                            : same(suspected, "update") ? is_word(next) || next.front() == '"'
                                                        : same(next, "into");
        if (is_one) add(suspected);
    }

    void explain(std::string_view piece) {
        if (piece == "(" && same(before_, "explain")) {
            part_ = part::explain_options;
        } else if (is_any(piece, {"analyze", "analyse"})) {
            runs_ = true;
        } else if (!same(piece, "verbose")) {
            if (runs_) begin_inside(piece);
            else part_ = part::nothing;
        }
    }

    void explain_option(std::string_view piece) {
        if (before_ == "(" && (piece == "(" || is_any(piece, {"select", "with", "values", "table"}))) {
            part_ = part::nothing;  // no options but a query, which does not run
        } else if (piece == ")" && depth_ == 0) {
            part_ = part::explain;
        } else if (is_any(piece, {"analyze", "analyse"})) {
            runs_ = true;
        } else if (is_any(before_, {"analyze", "analyse"}) &&
                   (is_any(piece, {"off", "false", "'off'", "'false'"}) || piece == "0")) {
            runs_ = false;
        }
    }

    void add(std::string_view name) {
        std::string kept{name.substr(0, longest_name)};
        std::ranges::transform(kept, kept.begin(), lower);
        out_->names.insert(std::move(kept));
    }

    static constexpr std::size_t longest_name = 64;  // no keyword is longer

    statement_commands* out_;
    part part_ = part::nothing;
    std::string_view leading_, before_, suspect_;
    int depth_ = 0, outermost_ = 0;  // parentheses
    bool inside_ = false;            // of another statement
    bool runs_ = false;              // what EXPLAIN explains
};

}  // namespace

statement_commands commands_of(std::string_view text) {
    statement_commands out;
    reader statements{out};
    for (detail::tokenizer pieces{text}; !pieces.at_end();)
        if (const auto piece = pieces.next(); !is_blank(piece)) statements.take(piece);
    return out;
}

}  // namespace howdah
