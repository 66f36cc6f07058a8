#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/secret_string.hpp"
#include "howdah/config/connection_config.hpp"

namespace howdah::config {

/// What a line of a passfile is looked up by.
struct passfile_key {
    std::string_view host, port, database, user;
};

/// The password of the first line of `text` that fits: host:port:database:user:password, where * fits anything
/// and \ takes the next character as it is.
/// Source: PostgreSQL's documentation, "The Password File"; libpq 18.
std::optional<secret_string> find_password(std::string_view text, const passfile_key& key);

/// What a passfile knows of some hosts.
struct passfile_answer {
    std::vector<secret_string> passwords;  // one a host, empty where none fits
    std::string problem;                   // why the file was not read: what to say if a password is missing
};

/// Looks every host up in the file `path`. A file that group or others may use is not read, and that is a problem;
/// a file that is not there is none.
passfile_answer ask_passfile(const std::string& path, const std::vector<endpoint>& hosts, std::string_view database,
                             std::string_view user);

}  // namespace howdah::config
