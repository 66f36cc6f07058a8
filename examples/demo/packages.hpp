#pragma once
// The demo's real input: the index of Debian packages that this machine has.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "howdah/types/json.hpp"

namespace demo {

struct package {
    std::string name, version;
    std::optional<std::string> section;
    std::optional<std::int64_t> installed_kib;
    std::vector<std::string> depends;  // names alone
    std::optional<std::string> description;
    howdah::json more;  // every other field: {"Maintainer":"...", ...}
};

struct package_index {
    std::vector<package> packages;
    std::string source;  // the command that gave them
};

/// The first `limit` packages of `apt-cache dumpavail`, or, where that is empty, of dpkg's status.
/// Throws std::runtime_error if there are none.
package_index read_packages(std::size_t limit);

}  // namespace demo
