#pragma once

#include <sys/types.h>

#include <filesystem>

namespace howdah::testing {

/// PostgreSQL refuses to run as root. How its programs are started then.
enum class disguise {
    none,            // we are not root
    user_namespace,  // still root's files and signals, but "nobody" by name: no other user, no chown
    other_user,      // where namespaces are forbidden: setuid, and the data folder belongs to that user
};

struct server_user {
    enum disguise disguise;
    uid_t uid;  // outside of the namespace
    gid_t gid;
};

/// Found out once a process. Throws error if we are root and can become nobody else.
const server_user& server_user_here();

/// Becomes that user. For the time between fork and exec: async-signal-safe. Returns 0 or an errno.
int become(const server_user& user) noexcept;

/// Makes a folder and what is in it the server user's own, where that is another one.
void hand_over(const std::filesystem::path& folder);

}  // namespace howdah::testing
