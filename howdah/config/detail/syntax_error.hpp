#pragma once

#include <cstddef>
#include <string_view>

namespace howdah::config {

/// What stood before an unknown keyword: behind an unquoted secret it may be a piece of that secret.
enum class neighbour { open, secret };

/// Throws invalid_conninfo: `what`, at the character behind `offset`, and what to do about it.
[[noreturn]] void throw_syntax_error(std::string_view what, std::size_t offset, std::string_view remedy);

/// Throws invalid_conninfo that offers the nearest keyword, and shows `name` only if it can be no piece of a secret.
[[noreturn]] void throw_unknown_keyword(std::string_view name, std::size_t offset, neighbour before,
                                        std::string_view remedy = {});

}  // namespace howdah::config
