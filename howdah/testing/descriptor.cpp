#include "howdah/testing/descriptor.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "howdah/testing/failure.hpp"
#include "howdah/testing/polling.hpp"

namespace howdah::testing {
namespace {

bool lock_now(const descriptor& file, const std::string& path) {
    if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) return true;
    if (errno == EWOULDBLOCK || errno == EINTR) return false;
    fail_system("locking " + path);
}

}  // namespace

descriptor::~descriptor() {
    if (number_ >= 0) ::close(number_);
}

descriptor open_file(const std::string& path, int flags, unsigned mode) {
    const int number = ::open(path.c_str(), flags | O_CLOEXEC, mode);
    if (number < 0) fail_system("opening " + path);
    return descriptor{number};
}

descriptor nameless_file() {
    const char* folder = std::getenv("TMPDIR");
    std::string path = std::string{folder != nullptr && *folder != '\0' ? folder : "/tmp"} + "/howdah-XXXXXX";
    const int number = ::mkostemp(path.data(), O_CLOEXEC);
    if (number < 0) fail_system("making a file such as " + path);
    ::unlink(path.c_str());
    return descriptor{number};
}

std::string read_all(const descriptor& file) {
    std::string text;
    std::array<char, 16384> block;
    while (true) {
        const auto n = ::pread(file.number(), block.data(), block.size(), static_cast<off_t>(text.size()));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail_system("reading a file");
        if (n == 0) return text;
        text.append(block.data(), static_cast<std::size_t>(n));
    }
}

void write_all(const descriptor& file, std::string_view text) {
    while (!text.empty()) {
        const auto n = ::write(file.number(), text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail_system("writing a file");
        text.remove_prefix(static_cast<std::size_t>(n));
    }
}

void write_file(const std::filesystem::path& path, std::string_view text, int how) {
    write_all(open_file(path.string(), O_WRONLY | O_CREAT | how), text);
}

file_lock file_lock::wait_for(const std::string& path) {
    auto file = open_file(path, O_RDWR | O_CREAT);
    if (!poll_until(from_now(std::chrono::minutes{10}), [&] { return lock_now(file, path); }))
        fail("another process has held " + path + " for ten minutes");
    return file_lock{std::move(file)};
}

bool file_lock::is_held(const std::string& path) {
    const descriptor file{::open(path.c_str(), O_RDWR | O_CLOEXEC)};
    if (!file && errno != ENOENT && errno != ENOTDIR) fail_system("opening " + path);
    return file && !lock_now(file, path);
}

file_lock file_lock::try_for(const std::string& path) {
    auto file = open_file(path, O_RDWR | O_CREAT);
    return lock_now(file, path) ? file_lock{std::move(file)} : file_lock{};
}

}  // namespace howdah::testing
