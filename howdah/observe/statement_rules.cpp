#include "howdah/observe/statement_rules.hpp"

#include <algorithm>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/sql/tokenizer.hpp"

namespace howdah {
namespace {

std::string lower(std::string_view word) {
    std::string out{word};
    std::ranges::transform(out, out.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Of each statement in the text: its first word, or the character that it begins with.
std::vector<std::string> keywords_of(std::string_view text) {
    std::vector<std::string> out;
    bool begins = true;
    for (detail::tokenizer pieces{text}; !pieces.at_end();) {
        const auto piece = pieces.next();
        const char c = piece.front();
        const bool blank = c == ' ' || (c >= '\t' && c <= '\r') || piece.starts_with("--") || piece.starts_with("/*");
        if (c == ';') {
            begins = true;
        } else if (begins && c == '(') {  // a SELECT, a VALUES or a TABLE in parentheses: the word behind says which
        } else if (begins && !blank) {
            out.push_back(is_letter(c) ? lower(piece) : std::string{c});
            begins = false;
        }
    }
    return out;
}

error refuse(const std::string& what) {
    return error{errc::refused_by_observer, what + " is not allowed by the statement_rules of this connection"};
}

}  // namespace

statement_rules& statement_rules::allow(std::initializer_list<std::string_view> keywords) {
    for (const auto k : keywords) allowed_.insert(lower(k));
    return *this;
}

statement_rules& statement_rules::deny(std::initializer_list<std::string_view> keywords) {
    for (const auto k : keywords) denied_.insert(lower(k));
    return *this;
}

statement_rules& statement_rules::deny_ddl() {
    return deny({"create", "alter", "drop", "truncate", "comment", "grant", "revoke", "reindex", "cluster", "security",
                 "import"});
}

statement_rules& statement_rules::deny_scripts() {
    scripts_ = false;
    return *this;
}

bool statement_rules::may_run(std::string_view keyword) const {
    return !denied_.contains(keyword) && (allowed_.empty() || allowed_.contains(keyword));
}

std::optional<error> statement_rules::objection(const query_start_event& e) {
    if (e.statement == "begin" || e.statement == "commit" || e.statement == "rollback") return std::nullopt;
    const auto keywords = keywords_of(e.statement);
    if (!scripts_ && keywords.size() > 1) return refuse("a text of several statements");
    for (const auto& k : keywords)
        if (!may_run(k)) return refuse(k);
    return std::nullopt;
}

}  // namespace howdah
