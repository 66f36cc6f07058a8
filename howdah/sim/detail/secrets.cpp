#include "howdah/sim/detail/secrets.hpp"

#include <algorithm>
#include <array>

namespace howdah::sim {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t find_ignoring_case(std::string_view in, std::string_view lower_case) noexcept {
    const auto found = std::search(in.begin(), in.end(), lower_case.begin(), lower_case.end(),
                                   [](char a, char b) { return lower(a) == b; });
    return found == in.end() ? std::string_view::npos : static_cast<std::size_t>(found - in.begin());
}

// `password = x`, `password 'x'`, `password"='x'`; not "the password is wrong".
bool sets_password(std::string_view value) noexcept {
    constexpr std::string_view word = "password";
    for (auto at = find_ignoring_case(value, word); at != std::string_view::npos;) {
        value.remove_prefix(at + word.size());
        const auto behind = value.find_first_not_of(" \t\r\n\"");
        if (behind != std::string_view::npos && (value[behind] == '=' || value[behind] == '\'')) return true;
        at = find_ignoring_case(value, word);
    }
    return false;
}

// postgresql://user:password@host
bool has_password_in_uri(std::string_view value) noexcept {
    const auto scheme = value.find("://");
    if (scheme == std::string_view::npos) return false;
    const auto authority = value.substr(scheme + 3, value.find_first_of("/ ", scheme + 3) - (scheme + 3));
    const auto at = authority.find('@');
    return at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
}

bool is_md5_verifier(std::string_view value) noexcept {
    return value.size() == 35 && value.starts_with("md5") &&
           value.find_first_not_of("0123456789abcdef", 3) == std::string_view::npos;
}

}  // namespace

bool carries_secrets(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 6> always{"create user mapping", "alter user mapping", "create subscription",
                                                     "alter subscription",  "create server",      "alter server"};
    constexpr std::array<std::string_view, 3> may{"create ", "alter ", "set "};
    // In a script, each statement begins at the text's start or behind a semicolon.
    for (auto rest = text; !rest.empty();) {
        const auto end = rest.find("; ");
        const auto one = rest.substr(0, end);
        const auto starts = [one](std::string_view words) { return one.starts_with(words); };
        if (std::ranges::any_of(always, starts)) return true;
        const bool names_one =
            one.find("password") != std::string_view::npos || one.find("conninfo") != std::string_view::npos;
        if (names_one && std::ranges::any_of(may, starts)) return true;
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 2);
    }
    return false;
}

bool is_secret_literal(std::string_view literal) noexcept {
    const auto start = literal.find('\''), end = literal.rfind('\'');
    const bool quoted = start != std::string_view::npos && end > start && end + 1 == literal.size();
    return is_secret(quoted ? literal.substr(start + 1, end - start - 1) : literal);
}

bool is_secret(std::string_view value) noexcept {
    return value.starts_with("SCRAM-SHA-256$") || is_md5_verifier(value) || has_password_in_uri(value) ||
           sets_password(value);
}

}  // namespace howdah::sim
