#pragma once

#include <sys/types.h>

#include <filesystem>
#include <vector>

#include "howdah/testing/descriptor.hpp"

namespace howdah::testing {

/// Where downloads and templates are kept: $HOWDAH_CACHE, else $XDG_CACHE_HOME/howdah, else for root
/// /var/cache/howdah, else ~/.cache/howdah, else /tmp/howdah-cache-UID. Made if it is not there.
std::filesystem::path cache_folder();

/// Where the user's throwaway servers live, one folder each: howdah-UID below $TMPDIR (if that leaves room for a
/// socket's path), else below /dev/shm (if that holds 4 GiB or more), else below /tmp. Throws error if someone else
/// made it.
std::filesystem::path runtime_folder();

/// A throwaway server's folder and the lock that says that it lives: the lock is the owner's and, by inheritance,
/// every server process's. The folder is removed with this object, or by the next one's making if the owner died.
class server_folder {
public:
    /// A new one with a short name.
    server_folder();
    server_folder(server_folder&&) = default;
    server_folder& operator=(server_folder&&) = delete;
    ~server_folder();

    const std::filesystem::path& path() const noexcept { return path_; }
    int lock_number() const noexcept { return life_.number(); }

private:
    std::filesystem::path path_;
    file_lock life_;
    pid_t owner_;
};

/// Removes the folders of servers that have died without doing so.
void remove_dead_server_folders();

/// The folders of the servers that live.
std::vector<std::filesystem::path> live_server_folders();

}  // namespace howdah::testing
