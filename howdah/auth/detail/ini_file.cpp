#include "howdah/auth/detail/ini_file.hpp"

#include <algorithm>

namespace howdah::auth {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// "[profile  name]" -> "profile name"
std::string name_in(std::string_view brackets) {
    std::string out;
    for (const char c : trimmed(brackets)) {
        const char plain = c == '\t' ? ' ' : c;
        if (plain != ' ' || !out.ends_with(' ')) out += plain;
    }
    return out;
}

}  // namespace

std::map<std::string, secret_string, std::less<>> section_of(std::string_view text, std::string_view section) {
    std::map<std::string, secret_string, std::less<>> out;
    bool inside = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = text.substr(at, end - at);
        at = end + 1;
        if (line.empty() || line[0] == '#' || line[0] == ';' || line[0] == ' ' || line[0] == '\t') continue;
        if (line[0] == '[') {
            inside = name_in(line.substr(1, line.find(']') - 1)) == section;
            continue;
        }
        const auto equals = line.find('=');
        if (!inside || equals == line.npos) continue;
        out.insert_or_assign(std::string{trimmed(line.substr(0, equals))},
                             secret_string{trimmed(line.substr(equals + 1))});
    }
    return out;
}

}  // namespace howdah::auth
