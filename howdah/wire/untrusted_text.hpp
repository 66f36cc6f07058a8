#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace howdah::wire {

/// Words of someone who has not proved to be the server, for an error's text: cut, and nothing but printable ASCII,
/// since a terminal or a log would obey the rest.
inline std::string untrusted_text(std::string_view text, std::size_t longest = 100) {
    std::string out{text.substr(0, longest)};
    std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '?');
    if (text.size() > longest) out += "...";
    return out;
}

}  // namespace howdah::wire
