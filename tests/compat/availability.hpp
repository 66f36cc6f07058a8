#pragma once

#include <string>

namespace howdah {

/// Why PostgreSQL of that major version is not to be had here; empty: it is. What is not here yet is fetched if
/// HOWDAH_TEST_VERSIONS names it ("12 18"), as in ./dev test --matrix and in CI.
std::string why_not(int version);

}  // namespace howdah
