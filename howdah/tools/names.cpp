#include "howdah/tools/names.hpp"

namespace howdah::tools {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool may_begin(char c) {
    return is_upper(c) || (c >= 'a' && c <= 'z') || c == '_' || static_cast<unsigned char>(c) > 127;
}

std::string_view without_blanks(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// Takes a name from the front; empty: there is none.
std::string take_quoted(std::string_view& text) {
    std::string name;
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') {
            if (i + 1 == text.size() || text[i + 1] != '"') {
                text.remove_prefix(i + 1);
                return name;
            }
            ++i;
        }
        name += text[i];
    }
    return {};
}

std::string take_plain(std::string_view& text) {
    std::string name;
    while (!text.empty() && (may_begin(text[0]) || (!name.empty() && (is_digit(text[0]) || text[0] == '$')))) {
        name += is_upper(text[0]) ? static_cast<char>(text[0] - 'A' + 'a') : text[0];
        text.remove_prefix(1);
    }
    return name;
}

}  // namespace

std::optional<std::vector<std::string>> read_names(std::string_view text, char separator) {
    std::vector<std::string> out;
    for (text = without_blanks(text);; text = without_blanks(text.substr(1))) {
        auto name = text.starts_with('"') ? take_quoted(text) : take_plain(text);
        if (name.empty()) return std::nullopt;
        out.push_back(std::move(name));
        text = without_blanks(text);
        if (text.empty()) return out;
        if (text[0] != separator) return std::nullopt;
    }
}

}  // namespace howdah::tools
