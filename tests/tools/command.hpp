#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "howdah/testing/process.hpp"
#include "howdah/testing/shared_server.hpp"

namespace howdah::tools {

/// Runs the command that was built, without the caller's PG* variables.
inline testing::outcome howdah_command(std::vector<std::string> words,
                                       std::map<std::string, std::string> environment = {}) {
    words.insert(words.begin(), HOWDAH_COMMAND);
    return testing::run({.arguments = std::move(words), .environment = std::move(environment)}, {},
                        std::chrono::seconds{60});
}

/// The run's server, over TLS with verify-full, as the role app.
inline std::string app() { return testing::shared_server().dsn_by(testing::route::tls); }

/// The same server, without TLS, and with other words in place of the password.
inline std::string app_with_password(const std::string& password) {
    auto dsn = testing::shared_server().dsn_by(testing::route::tcp);
    return dsn.replace(dsn.find(testing::shared_server().password()), testing::shared_server().password().size(),
                       password);
}

}  // namespace howdah::tools
