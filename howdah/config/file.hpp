#pragma once

#include <cstddef>
#include <string>
#include <system_error>

namespace howdah::config {

/// Who may look at a file that holds secrets.
enum class file_access { anyone, owner_only };

/// Reads a regular file of at most a mebibyte. `out` is the caller's to wipe.
/// Errors: insecure_file (group or others may use an owner_only file), invalid_option (not regular, too large), or
/// the system's.
std::error_code read_file(const std::string& path, file_access access, std::string& out);

bool file_exists(const std::string& path);

}  // namespace howdah::config
