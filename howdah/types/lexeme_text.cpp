#include "howdah/types/lexeme_text.hpp"

namespace howdah::types {
namespace {

bool read_escaped(scanner& in, std::string& out) {
    if (in.at_end()) return false;
    out.push_back(in.peek());
    in.skip(1);
    return true;
}

}  // namespace

void append_lexeme(bytes& out, std::string_view lexeme) {
    append(out, "'");
    for (const char& c : lexeme) {
        if (c == '\'' || c == '\\') out.push_back(static_cast<std::byte>(c));
        out.push_back(static_cast<std::byte>(c));
    }
    append(out, "'");
}

bool read_lexeme(scanner& in, std::string_view ends, std::string& out) {
    out.clear();
    const bool quoted = in.accept('\'');
    while (!in.at_end()) {
        const char c = in.peek();
        if (quoted && in.accept('\'')) {
            if (in.peek() != '\'') return !out.empty();
        } else if (in.accept('\\')) {
            if (!read_escaped(in, out)) return false;
            continue;
        } else if (!quoted && (is_space(c) || c == ':' || ends.find(c) != std::string_view::npos)) {
            return !out.empty();
        }
        out.push_back(c);
        in.skip(1);
    }
    return !quoted && !out.empty();
}

}  // namespace howdah::types
