#include "howdah/testing/folders.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>

#include "howdah/testing/failure.hpp"
#include "howdah/testing/server_user.hpp"

namespace howdah::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t socket_path_limit = 100;  // sun_path holds 104 bytes on some systems
constexpr std::string_view longest_socket_name = "/howdah-4294967295/abcdef/replica_10/.s.PGSQL.65535";

fs::path from_environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value == '/' ? fs::path{value} : fs::path{};
}

// Data that is thrown away need not see a disk: starting a server takes a third of the time in memory. By the size of
// the whole, not by what is free: the answer must stay the same while servers live.
bool has_roomy_memory_disk() {
    constexpr std::uintmax_t roomy = std::uintmax_t{4} << 30;
    std::error_code absent;
    const auto space = fs::space("/dev/shm", absent);
    return !absent && space.capacity >= roomy && ::access("/dev/shm", W_OK) == 0;
}

fs::path temporary_folder() {
    fs::path folder = from_environment("TMPDIR");
    if (!folder.empty() && folder.native().size() + longest_socket_name.size() <= socket_path_limit) return folder;
    return has_roomy_memory_disk() ? "/dev/shm" : "/tmp";
}

bool make_folders(const fs::path& folder) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    return !failed && ::access(folder.c_str(), W_OK) == 0;
}

// In a folder that everyone can write to, ours may have been made by someone else.
bool is_only_ours(const fs::path& folder) {
    struct stat is{};
    return ::lstat(folder.c_str(), &is) == 0 && S_ISDIR(is.st_mode) && is.st_uid == ::geteuid() &&
           (is.st_mode & 0022) == 0;
}

// Another server user must be able to pass through what is root's alone otherwise.
mode_t passable_mode() { return server_user_here().disguise == disguise::other_user ? 0711 : 0700; }

std::string lock_of(const fs::path& folder) { return (folder / "lock").string(); }

std::string random_name() {
    constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
    std::random_device source;
    std::uniform_int_distribution<std::size_t> pick{0, letters.size() - 1};
    std::string name;
    for (int i = 0; i < 6; ++i) name += letters[pick(source)];
    return name;
}

// Under the runtime folder's lock: a folder is never seen between its making and its locking.
file_lock lock_runtime_folder() { return file_lock::wait_for(lock_of(runtime_folder())); }

std::vector<fs::path> server_folders() {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator{runtime_folder()})
        if (std::error_code gone; entry.is_directory(gone)) out.push_back(entry.path());
    std::ranges::sort(out);
    return out;
}

bool is_dead(const fs::path& folder) { return !file_lock::is_held(lock_of(folder)); }

// The lock goes last: whoever sees the folder sees it held, or next to nothing. What can't be removed now (another
// process may be at it too) stays for the next one to try.
void remove_folder(const fs::path& folder) noexcept {
    std::error_code ignored;
    const std::string lock = lock_of(folder);
    for (fs::directory_iterator entry{folder, ignored}, end; !ignored && entry != end; entry.increment(ignored)) {
        std::error_code also_ignored;
        if (entry->path() != lock) fs::remove_all(entry->path(), also_ignored);
    }
    fs::remove_all(folder, ignored);
}

}  // namespace

fs::path cache_folder() {
    std::vector<fs::path> candidates{from_environment("HOWDAH_CACHE")};
    if (const auto base = from_environment("XDG_CACHE_HOME"); !base.empty()) candidates.push_back(base / "howdah");
    if (::geteuid() == 0) candidates.emplace_back("/var/cache/howdah");
    if (const auto home = from_environment("HOME"); !home.empty()) candidates.push_back(home / ".cache/howdah");
    for (const auto& candidate : candidates)
        if (!candidate.empty() && make_folders(candidate)) return candidate;
    const fs::path last = "/tmp/howdah-cache-" + std::to_string(::geteuid());
    if (make_folders(last) && is_only_ours(last)) return last;
    fail("no folder to keep PostgreSQL's templates in: set HOWDAH_CACHE to one that can be written");
}

fs::path runtime_folder() {
    const fs::path folder = temporary_folder() / ("howdah-" + std::to_string(::geteuid()));
    if (::mkdir(folder.c_str(), passable_mode()) != 0 && errno != EEXIST) fail_system("making " + folder.string());
    if (!is_only_ours(folder))
        fail(folder.string() + " is not a folder that only this user can write to: remove it, or set TMPDIR");
    // It may have been made by a process whose servers need no way through it.
    if (passable_mode() != 0700 && ::chmod(folder.c_str(), passable_mode()) != 0)
        fail_system("opening " + folder.string());
    return folder;
}

server_folder::server_folder() : owner_{::getpid()} {
    remove_dead_server_folders();
    const auto guard = lock_runtime_folder();
    while (path_.empty()) {
        const fs::path folder = runtime_folder() / random_name();
        if (::mkdir(folder.c_str(), passable_mode()) == 0) {
            path_ = folder;
        } else if (errno != EEXIST) {
            fail_system("making " + folder.string());
        }
    }
    life_ = file_lock::try_for(lock_of(path_));
}

server_folder::~server_folder() {
    // A child made by fork() has a copy of this object, and no right to the folder.
    if (!life_ || owner_ != ::getpid()) return;
    remove_folder(path_);
}

void remove_dead_server_folders() {
    const auto guard = lock_runtime_folder();
    for (const auto& folder : server_folders())
        if (is_dead(folder)) remove_folder(folder);
}

std::vector<fs::path> live_server_folders() {
    const auto guard = lock_runtime_folder();
    auto folders = server_folders();
    std::erase_if(folders, is_dead);
    return folders;
}

}  // namespace howdah::testing
