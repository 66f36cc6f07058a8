#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace howdah::config {

enum class secrecy { open, secret };

/// One keyword of a connection string.
struct keyword {
    std::string_view name;
    std::string_view variable;                  // environment variable that stands in for it; empty: none
    std::optional<std::string_view> otherwise;  // what holds if nothing was said
    secrecy shown = secrecy::open;
};

/// All of them: libpq 18's in libpq's order, then Howdah's own.
std::span<const keyword> keywords() noexcept;
/// nullptr: there is no such keyword. `name` is compared to the letter, as libpq does.
const keyword* find_keyword(std::string_view name) noexcept;
/// The keyword that was probably meant: what other drivers call it, else the one with the fewest edits.
std::string_view nearest_keyword(std::string_view name);

}  // namespace howdah::config
