// redact() killed before each of its system calls that change a folder.

#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <string>

#include "howdah/sim/upkeep.hpp"
#include "recordings.hpp"
#include "temporary_folder.hpp"

namespace howdah::sim {
namespace {

namespace fs = std::filesystem;

const cassette_policy hides_mail{.parameters = {}, .columns = {{.as = masking::full, .column = "value"}}};
const secret_string key{"the key"};

bool changes_a_folder(std::uint64_t call) {
    switch (call) {
        case SYS_openat:
        case SYS_renameat:
        case SYS_renameat2:
        case SYS_unlinkat:
        case SYS_mkdirat: return true;
#if defined(SYS_rename)
        case SYS_open:
        case SYS_rename:
        case SYS_unlink:
        case SYS_rmdir:
        case SYS_mkdir: return true;
#endif
        default: return false;
    }
}

enum class end { finished, killed, failed, not_permitted };

// glibc's ptrace() takes an enum of its own, and pointers for numbers.
long ask(__ptrace_request what, pid_t process, std::uintptr_t size = 0, void* data = nullptr) {
    return ::ptrace(what, process, reinterpret_cast<void*>(size), data);
}

/// A process of its own that redacts a cassette, and is killed before its nth (from 0) change.
end redact_killed(const fs::path& folder, int nth) {
    const auto child = ::fork();
    if (child == 0) {
        if (ask(PTRACE_TRACEME, 0) != 0) ::_exit(2);
        ::raise(SIGSTOP);
        try {
            redact(folder, hides_mail, key);
        } catch (const error&) {
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFSTOPPED(status)) return end::not_permitted;
    constexpr std::uintptr_t options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL;
    ask(PTRACE_SETOPTIONS, child, 0, reinterpret_cast<void*>(options));
    for (int left = nth;;) {
        if (ask(PTRACE_SYSCALL, child) != 0 || ::waitpid(child, &status, 0) != child) return end::failed;
        if (WIFEXITED(status)) return WEXITSTATUS(status) == 0 ? end::finished : end::failed;
        if (!WIFSTOPPED(status)) return end::failed;
        __ptrace_syscall_info at{};
        ask(PTRACE_GET_SYSCALL_INFO, child, sizeof at, &at);
        if (at.op != PTRACE_SYSCALL_INFO_ENTRY || !changes_a_folder(at.entry.nr) || left-- > 0) continue;
        ::kill(child, SIGKILL);
        ::waitpid(child, &status, 0);
        return end::killed;
    }
}

/// All but what begins with a dot, and when it was recorded.
std::map<std::string, std::string> content_in(const fs::path& folder) {
    std::map<std::string, std::string> out;
    for (fs::recursive_directory_iterator each{folder}, none; each != none; ++each) {
        if (each->path().filename().string().starts_with('.')) each.disable_recursion_pending();
        else if (each->is_regular_file()) out[fs::relative(each->path(), folder).string()] = content_of(each->path());
    }
    return out;
}

bool has_leftovers(const fs::path& folder) {
    return fs::exists(folder / ".redacted.new") || fs::exists(folder / ".redacting.new");
}

TEST(redact, killed_at_any_point_leaves_one_cassette_or_says_that_it_was_interrupted) {
    const temporary_folder dir;
    const auto old = dir.path() / "old", done = dir.path() / "done";
    {
        cassette_writer tape{old};
        const auto session = tape.begin_session();
        tape.describe(key_of("select mail").statement, {.parameters = {}});
        tape.add(session, key_of("select mail"), selected({"ada@example.org"}));
        tape.add(session, key_of("select 1"), selected({"ada@example.org"}));
        tape.save();
    }
    fs::copy(old, done, fs::copy_options::recursive);
    EXPECT_EQ(redact(done, hides_mail, key), 2u);
    EXPECT_FALSE(has_leftovers(done));
    EXPECT_FALSE(finish_redaction(done));
    const auto before = content_in(old), after = content_in(done);
    ASSERT_NE(before, after);

    const auto folder = dir.path() / "killed";
    int as_before = 0, as_after = 0, interrupted = 0;
    for (int nth = 0;; ++nth) {
        fs::remove_all(folder);
        fs::copy(old, folder, fs::copy_options::recursive);
        const auto ended = redact_killed(folder, nth);
        if (ended == end::not_permitted) GTEST_SKIP() << "this system lets no process trace another (ptrace)";
        ASSERT_NE(ended, end::failed) << nth;
        try {
            EXPECT_EQ(cassette{folder}.size(), 2u);
            EXPECT_TRUE(verify(folder).empty()) << nth;
            const auto now = content_in(folder);
            ASSERT_TRUE(now == before || now == after) << "half of it, after " << nth << " changes";
            ++(now == before ? as_before : as_after);
            if (now == before) redact(folder, hides_mail, key);
        } catch (const error& e) {
            ++interrupted;
            ASSERT_EQ(e.code(), cassette_errc::damaged) << e.what();
            EXPECT_NE(std::string{e.what()}.find("redact was interrupted"), std::string::npos) << e.what();
            EXPECT_THROW(cassette_writer{folder}, error);
            EXPECT_TRUE(finish_redaction(folder));
        }
        EXPECT_EQ(content_in(folder), after) << nth;
        EXPECT_FALSE(has_leftovers(folder)) << nth;
        if (ended == end::finished) break;
    }
    EXPECT_GT(as_before, 5);
    EXPECT_GT(interrupted, 5);
    EXPECT_GE(as_after, 1);
}

}  // namespace
}  // namespace howdah::sim
