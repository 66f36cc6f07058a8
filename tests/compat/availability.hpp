#pragma once

#include <string>

namespace howdah {

/// Why PostgreSQL of that major version is not to be had here; empty: it is. What is not here yet is fetched if the run
/// is to have it: HOWDAH_TEST_MATRIX is set, or HOWDAH_TEST_VERSIONS names it.
std::string why_not(int version);

}  // namespace howdah
