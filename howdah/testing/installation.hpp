#pragma once

#include <filesystem>
#include <string>

namespace howdah::testing {

/// Where a PostgreSQL's programs are.
struct installation {
    std::filesystem::path programs;  // the folder with initdb and postgres
    int version = 0;                 // major
    std::string full_version = {};   // "15.13 (Debian 15.13-0+deb12u1)"

    std::string program(const std::string& name) const { return (programs / name).string(); }
    bool has(const std::string& name) const;
};

inline constexpr int oldest_version = 12;
inline constexpr int newest_version = 18;

/// `version` itself. 0: $HOWDAH_POSTGRES_VERSION, else the newest of the system's packages, else the one in PATH, else
/// 15. Throws error if the environment asks for what there is not.
int chosen_version(int version);

/// The PostgreSQL of chosen_version(version): the system's package, else npm's, which is downloaded into the cache at
/// its first use (needs npm). Throws error that says what to install.
installation find_installation(int version);

/// The PostgreSQL whose initdb and postgres are in that folder. Throws error.
installation installation_in(const std::filesystem::path& programs);

/// Whether find_installation would have to download.
bool needs_download(int version);

/// The path of psql, in PATH or in any of the system's packages. Throws error that says what to install.
std::string find_psql();

}  // namespace howdah::testing
