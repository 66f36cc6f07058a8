#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "howdah/testing/installation.hpp"
#include "howdah/testing/process.hpp"

namespace howdah::testing {

/// Runs a statement with psql, a client that shares nothing with this project.
inline outcome psql(const std::string& dsn, std::string_view sql) {
    auto said = run({.arguments = {find_psql(), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", dsn, "-f", "-"},
                     .environment = {{"PGCONNECT_TIMEOUT", "10"}}},
                    sql, std::chrono::seconds{30});
    if (said.output.ends_with('\n')) said.output.pop_back();
    return said;
}

}  // namespace howdah::testing
