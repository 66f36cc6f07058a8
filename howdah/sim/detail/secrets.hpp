#pragma once

#include <string_view>

namespace howdah::sim {

/// A normalised statement whose literals may be passwords: of roles, user mappings, subscriptions, servers.
bool carries_secrets(std::string_view text) noexcept;

/// A value that is a password's verifier, or that has a password in it: a connection string, ALTER ROLE in a DO block.
bool is_secret(std::string_view value) noexcept;
/// The same of a literal as it is written, in its quotes.
bool is_secret_literal(std::string_view literal) noexcept;

}  // namespace howdah::sim
