#pragma once

#include <filesystem>

#include "howdah/testing/installation.hpp"

namespace howdah::testing {

inline constexpr const char* superuser = "postgres";
inline constexpr const char* app_role = "app";
inline constexpr const char* app_database = "app";

/// A data folder with a superuser `postgres`, a role `app` without a password and its database `app`, made once for
/// each PostgreSQL and kept in the cache. Safe when many ask at once.
std::filesystem::path template_folder(const installation& postgres);

/// Copies a data folder. The copy is the server user's.
void copy_data_folder(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace howdah::testing
