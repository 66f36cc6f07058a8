#include "howdah/config/detail/syntax_error.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/config/detail/keyword.hpp"

namespace howdah::config {
namespace {

constexpr std::size_t longest_shown = 40;

bool looks_like_a_keyword(std::string_view name) {
    return !name.empty() && name.size() <= longest_shown && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

}  // namespace

void throw_syntax_error(std::string_view what, std::size_t offset, std::string_view remedy) {
    std::string text = "connection string: ";
    text.append(what).append(" at character ").append(std::to_string(offset + 1));
    if (!remedy.empty()) text.append("; ").append(remedy);
    throw error{errc::invalid_conninfo, std::move(text)};
}

void throw_unknown_keyword(std::string_view name, std::size_t offset, neighbour before, std::string_view remedy) {
    std::string what = "unknown keyword";
    if (before == neighbour::open && looks_like_a_keyword(name)) what.append(" \"").append(name).append("\"");
    std::string offer = "did you mean \"" + std::string{nearest_keyword(name)} + "\"?";
    // The piece itself is not shown, and its meaning has to be guessed.
    if (before == neighbour::secret && remedy.empty())
        remedy = "a secret with spaces stands in single quotes, in a URI as %20";
    if (!remedy.empty()) offer.append(" If not, ").append(remedy);
    throw_syntax_error(what, offset, offer);
}

}  // namespace howdah::config
