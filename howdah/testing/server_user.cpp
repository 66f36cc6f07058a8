#include "howdah/testing/server_user.hpp"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "howdah/testing/failure.hpp"

namespace howdah::testing {
namespace {

#ifdef __linux__
int write_to(const char* path, const char* text) noexcept {
    const int file = ::open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return errno;
    const int failed = ::write(file, text, std::strlen(text)) < 0 ? errno : 0;
    ::close(file);
    return failed;
}

// Root (0) of this namespace looks like nobody (65534) in the new one; user_namespaces(7).
int enter_user_namespace() noexcept {
    if (::unshare(CLONE_NEWUSER) != 0) return errno;
    if (const int failed = write_to("/proc/self/setgroups", "deny")) return failed;
    if (const int failed = write_to("/proc/self/uid_map", "65534 0 1")) return failed;
    return write_to("/proc/self/gid_map", "65534 0 1");
}
#else
int enter_user_namespace() noexcept { return ENOSYS; }
#endif

bool can(const server_user& user) {
    const pid_t child = ::fork();
    if (child < 0) fail_system("fork");
    if (child == 0) ::_exit(become(user) == 0 ? 0 : 1);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) fail_system("waitpid");
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

server_user find() {
    if (::geteuid() != 0) return {disguise::none, ::geteuid(), ::getegid()};
    if (const server_user user{disguise::user_namespace, 0, 0}; can(user)) return user;
    for (const char* name : {"postgres", "nobody"}) {
        const passwd* entry = ::getpwnam(name);
        if (entry == nullptr) continue;
        if (const server_user user{disguise::other_user, entry->pw_uid, entry->pw_gid}; can(user)) return user;
    }
    fail("PostgreSQL refuses to run as root, and this process may neither make a user namespace nor change to the "
         "user postgres or nobody: run as a normal user");
}

}  // namespace

const server_user& server_user_here() {
    static const server_user user = find();
    return user;
}

int become(const server_user& user) noexcept {
    switch (user.disguise) {
        case disguise::none: return 0;
        case disguise::user_namespace: return enter_user_namespace();
        case disguise::other_user:
            return ::setgroups(0, nullptr) != 0 || ::setgid(user.gid) != 0 || ::setuid(user.uid) != 0 ? errno : 0;
    }
    return EINVAL;
}

void hand_over(const std::filesystem::path& folder) {
    const auto& user = server_user_here();
    if (user.disguise != disguise::other_user) return;
    const auto give = [&](const std::filesystem::path& path) {
        if (::lchown(path.c_str(), user.uid, user.gid) != 0) fail_system("changing the owner of " + path.string());
    };
    give(folder);
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder}) give(entry.path());
}

}  // namespace howdah::testing
