#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace howdah::config {

/// isspace() in the C locale, whatever the program's locale is.
inline constexpr std::string_view blanks = " \t\n\v\f\r";

/// The parts between commas; an empty text is one empty part.
std::vector<std::string_view> split(std::string_view list);

/// A 32-bit integer as libpq reads one: blanks around it and a sign are allowed.
std::optional<int> parse_integer(std::string_view text);

/// 500, 500ms, 30s, 5min, 1h or 1d; a bare number counts milliseconds, as in PostgreSQL's own timeouts.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// 1048576, 1024kB, 64MB or 1GB; a bare number counts bytes. The units are PostgreSQL's.
std::optional<std::size_t> parse_byte_count(std::string_view text);

/// on, off, true, false, yes, no, 1, 0.
std::optional<bool> parse_boolean(std::string_view text);

/// ASCII letters are the same in either case.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;

}  // namespace howdah::config
