#pragma once

#include <string>
#include <string_view>

#include "howdah/base/error.hpp"
#include "howdah/config/connection_config.hpp"

namespace howdah::tools {

/// What a person is to read of an error. Unlike what() it has the server's whole message and its detail, which may
/// show values: they are those of whoever runs the command.
std::string words_of(const error& e);

/// What to do about it; empty if there is nothing to say beyond what the error says itself.
std::string remedy_for(const error& e);

/// Reads the argument DSN, for a command that any pooler can carry. A string that can't be read, or used, is bad usage: throws CLI::ValidationError.
connection_config config_of(const std::string& dsn, std::string_view application_name);

}  // namespace howdah::tools
