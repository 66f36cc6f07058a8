#pragma once
// What the tests put in the place of the process's environment and home folder.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "howdah/base/error.hpp"
#include "howdah/config/conninfo.hpp"

namespace howdah::config {

/// An environment that holds only what the test sets, and a home folder of its own.
class surroundings : public ::testing::Test {
protected:
    surroundings() {
        std::string pattern = (std::filesystem::temp_directory_path() / "howdah-config-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error{"no folder for the test"};
        home = pattern;
        variables["HOME"] = home;
        variables["PGSYSCONFDIR"] = home + "/etc";
        options.environment = &lookup;
    }
    ~surroundings() override { std::filesystem::remove_all(home); }

    std::string write(const std::string& name, std::string_view content, unsigned mode = 0600) {
        const auto path = home + '/' + name;
        std::filesystem::create_directories(std::filesystem::path{path}.parent_path());
        std::ofstream{path} << content;
        std::filesystem::permissions(path, static_cast<std::filesystem::perms>(mode));
        return path;
    }

    connection_config parse(std::string_view text) { return parse_conninfo(text, options); }
    std::string resolved(std::string_view text, std::string_view keyword) {
        return std::string{resolve_conninfo(text, options).value(keyword).value_or("(none)")};
    }

    std::string home;
    std::map<std::string, std::string, std::less<>> variables;
    environment_lookup lookup = [this](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end()) return std::nullopt;
        return found->second;
    };
    conninfo_options options;
};

/// What an action throws, for tests of its code and words.
template <class F>
std::optional<error> thrown_by(F&& action) {
    try {
        action();
    } catch (const error& e) {
        return e;
    }
    return std::nullopt;
}

inline std::optional<error> error_of(std::string_view text) {
    return thrown_by([&] { static_cast<void>(read_conninfo(text)); });
}

}  // namespace howdah::config
