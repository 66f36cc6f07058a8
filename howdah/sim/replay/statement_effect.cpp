#include "howdah/sim/replay/statement_effect.hpp"

#include <cstddef>
#include <utility>
#include <vector>

#include "howdah/sql/statement_pieces.hpp"
#include "howdah/sql/tokenizer.hpp"
#include "howdah/types/scanner.hpp"

namespace howdah::sim {
namespace {

using effect_kind = statement_effect::kind;

// Enough for every statement below; what follows is not looked at.
constexpr std::size_t most_words = 12;

std::vector<std::string_view> leading_words(std::string_view sql) {
    std::vector<std::string_view> words;
    for (statement_pieces pieces{sql}; !pieces.at_end() && words.size() < most_words;) {
        const auto piece = pieces.next();
        if (piece.what == statement_pieces::kind::blank) continue;
        if (piece.text != ";") words.push_back(piece.text);
        else if (!words.empty()) break;
    }
    return words;
}

char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

/// As PostgreSQL reads a name or a value: unquoted names in lower case, quotes taken off and doubled ones halved.
std::string plain(std::string_view word) {
    std::string out;
    const char quote = word.empty() ? '\0' : word.front();
    if (quote != '"' && quote != '\'') {
        for (const char c : word) out += types::lower(c);
        return out;
    }
    for (std::size_t i = 1; i + 1 < word.size(); ++i) {
        out += word[i];
        if (word[i] == quote) ++i;
    }
    return out;
}

class words_of {
public:
    explicit words_of(std::string_view sql) : words_{leading_words(sql)} {}

    bool is(std::size_t i, std::string_view upper) const noexcept {
        return i < words_.size() && types::same_word(words_[i], upper);
    }
    bool has(std::string_view upper) const noexcept {
        for (std::size_t i = 0; i < words_.size(); ++i)
            if (is(i, upper)) return true;
        return false;
    }
    std::string plain_at(std::size_t i) const { return i < words_.size() ? plain(words_[i]) : std::string{}; }
    std::string last() const { return words_.empty() ? std::string{} : plain(words_.back()); }
    std::size_t size() const noexcept { return words_.size(); }
    bool chains() const noexcept { return has("CHAIN") && !has("NO"); }

    /// What stands from `i` on, values joined as SHOW gives a list.
    std::string list_from(std::size_t i) const {
        std::string out;
        for (; i < words_.size(); ++i) out += words_[i] == "," ? ", " : plain(words_[i]);
        return out;
    }

private:
    std::vector<std::string_view> words_;
};

statement_effect read_rollback(const words_of& w) {
    for (std::size_t i = 1; i < 3; ++i)
        if (w.is(i, "TO")) return {.what = effect_kind::rollback_to, .name = w.last()};
    if (w.is(1, "PREPARED")) return {};
    return {.what = effect_kind::rollback, .chains = w.chains()};
}

statement_effect read_set(const words_of& w) {
    std::size_t at = 1;
    auto what = effect_kind::set;
    if (w.is(1, "LOCAL")) what = effect_kind::set_local, ++at;
    else if (w.is(1, "SESSION") && !w.is(2, "CHARACTERISTICS") && !w.is(2, "AUTHORIZATION")) ++at;
    if (w.is(at, "TRANSACTION") || w.is(at, "CONSTRAINTS")) return {.what = effect_kind::set_local};
    if (w.is(at, "TIME") && w.is(at + 1, "ZONE"))
        return {.what = what, .name = "timezone", .value = w.list_from(at + 2)};
    if (w.is(at, "NAMES")) return {.what = what, .name = "client_encoding", .value = w.list_from(at + 1)};
    if (w.is(at + 1, "=") || w.is(at + 1, "TO"))
        return {.what = what, .name = w.plain_at(at), .value = w.list_from(at + 2)};
    // A name with a dot comes in three pieces.
    if (w.is(at + 1, ".") && (w.is(at + 3, "=") || w.is(at + 3, "TO")))
        return {.what = what, .name = w.plain_at(at) + '.' + w.plain_at(at + 2), .value = w.list_from(at + 4)};
    return {.what = what};  // SET ROLE, SET SESSION AUTHORIZATION
}

statement_effect read_deallocate(const words_of& w) {
    const auto name = w.plain_at(w.is(1, "PREPARE") ? 2 : 1);
    return {.what = effect_kind::deallocate, .name = w.has("ALL") ? std::string{} : name};
}

statement_effect read_prepared(effect_kind what, const words_of& w) {
    return w.is(1, "PREPARED") ? statement_effect{} : statement_effect{.what = what, .chains = w.chains()};
}

statement_effect read_leading(const words_of& w) {
    if (w.is(0, "BEGIN") || (w.is(0, "START") && w.is(1, "TRANSACTION"))) return {.what = effect_kind::begin};
    if (w.is(0, "COMMIT")) return read_prepared(effect_kind::commit, w);
    if (w.is(0, "END")) return {.what = effect_kind::commit, .chains = w.chains()};
    if (w.is(0, "ROLLBACK") || w.is(0, "ABORT")) return read_rollback(w);
    if (w.is(0, "SAVEPOINT")) return {.what = effect_kind::savepoint, .name = w.last()};
    if (w.is(0, "RELEASE")) return {.what = effect_kind::release, .name = w.last()};
    if (w.is(0, "PREPARE") && w.is(1, "TRANSACTION")) return {.what = effect_kind::prepare_transaction};
    if (w.is(0, "SET")) return read_set(w);
    if (w.is(0, "RESET")) return {.what = effect_kind::reset, .name = w.is(1, "ALL") ? std::string{} : w.plain_at(1)};
    if (w.is(0, "DISCARD")) return {.what = effect_kind::discard, .name = w.plain_at(1)};
    if (w.is(0, "DEALLOCATE")) return read_deallocate(w);
    if (w.is(0, "LISTEN") || w.is(0, "UNLISTEN")) return {.what = effect_kind::listen, .name = w.plain_at(0)};
    return {};
}

}  // namespace

statement_effect effect_of(std::string_view sql) {
    using enum statement_kind;
    const auto outline = detail::read_outline(sql);
    statement_effect out;
    if (outline.kind == statement_kind::empty) return {.what = effect_kind::empty};
    if (outline.kind == transaction_control || outline.kind == other || outline.kind == listen)
        out = read_leading(words_of{sql});
    out.leaves_failed = out.what == effect_kind::commit || out.what == effect_kind::rollback ||
                        out.what == effect_kind::rollback_to || out.what == effect_kind::prepare_transaction;
    if (outline.several_statements) return {.what = effect_kind::several, .leaves_failed = out.leaves_failed};
    return out;
}

std::string tag_of(const statement_effect& effect) {
    switch (effect.what) {
        case effect_kind::none:
        case effect_kind::empty:
        case effect_kind::several: return {};
        case effect_kind::begin: return "BEGIN";
        case effect_kind::commit: return "COMMIT";
        case effect_kind::rollback:
        case effect_kind::rollback_to: return "ROLLBACK";
        case effect_kind::savepoint: return "SAVEPOINT";
        case effect_kind::release: return "RELEASE";
        case effect_kind::prepare_transaction: return "PREPARE TRANSACTION";
        case effect_kind::set:
        case effect_kind::set_local: return "SET";
        case effect_kind::reset: return "RESET";
        case effect_kind::discard: {
            std::string tag = "DISCARD ";
            for (const char c : effect.name) tag += upper(c);
            return tag == "DISCARD TEMPORARY" ? "DISCARD TEMP" : tag;
        }
        case effect_kind::deallocate: return effect.name.empty() ? "DEALLOCATE ALL" : "DEALLOCATE";
        case effect_kind::listen: return effect.name == "unlisten" ? "UNLISTEN" : "LISTEN";
    }
    return {};
}

}  // namespace howdah::sim
