#include "tests/compat/availability.hpp"

#include <cstdlib>
#include <exception>
#include <string_view>

#include "howdah/testing/installation.hpp"

namespace howdah {
namespace {

bool may_fetch(const std::string& version) {
    const char* versions = std::getenv("HOWDAH_TEST_VERSIONS");
    return std::getenv("HOWDAH_TEST_MATRIX") != nullptr ||
           (versions != nullptr && std::string_view{versions}.find(version) != std::string_view::npos);
}

}  // namespace

std::string why_not(int version) {
    const auto number = std::to_string(version);
    if (!testing::needs_download(version)) return {};
    if (!may_fetch(number)) return "PostgreSQL " + number + " is not here; ./dev test --matrix fetches npm's";
    try {
        testing::find_installation(version);
        return {};
    } catch (const std::exception& e) {
        return "PostgreSQL " + number + " can't be fetched: " + e.what();
    }
}

}  // namespace howdah
