#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "howdah/config/conninfo.hpp"

namespace howdah::config {

/// The process's surroundings, or those that a test puts in their place.
class environment {
public:
    explicit environment(const conninfo_options& options) noexcept
        : lookup_{options.environment}, use_variables_{options.use_environment} {}

    /// A PG* variable; nothing if the environment is not to be asked.
    std::optional<std::string> variable(std::string_view name) const;
    /// HOME, or the folder that the system's user database names.
    std::optional<std::string> home() const;

private:
    std::optional<std::string> look_up(std::string_view name) const;

    const environment_lookup* lookup_;
    bool use_variables_;
};

/// The effective user's name; nullopt if the user database does not know it.
std::optional<std::string> operating_system_user();

}  // namespace howdah::config
