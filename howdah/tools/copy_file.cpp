#include "howdah/tools/copy_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace howdah::tools {
namespace {

constexpr std::size_t block_size = std::size_t{64} << 10;
// So much does not block once poll says that a pipe can be written to.
constexpr std::size_t written_at_once = PIPE_BUF;

constexpr auto closed_on_exec = O_CLOEXEC;

[[noreturn]] void throw_errno(const std::string& what) { throw std::system_error{errno, std::system_category(), what}; }

bool is_regular(int number) {
    struct stat is{};
    return ::fstat(number, &is) == 0 && S_ISREG(is.st_mode);
}

// A device or a pipe by its path is written to as it is; so is a file behind a link, whose place is not ours to take.
bool may_be_renamed_to(const std::string& path) {
    struct stat is{};
    return ::lstat(path.c_str(), &is) != 0 || S_ISREG(is.st_mode);
}

void sync_folder_of(const std::string& path) {
    const auto folder = std::filesystem::path{path}.parent_path();
    const net::unique_fd opened{::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | closed_on_exec)};
    if (!opened || ::fsync(opened.get()) != 0) throw_errno(path + ": its folder can't be synchronised");
}

}  // namespace

source_file::source_file(std::string path, const interruption& stop)
    : name_{path == "-" ? "the standard input" : path}, stop_{stop}, number_{STDIN_FILENO}, block_(block_size) {
    if (path != "-") {
        file_ = net::unique_fd{::open(path.c_str(), O_RDONLY | closed_on_exec)};
        if (!file_) throw_errno(path + " can't be read");
        number_ = file_.get();
    }
    struct stat is{};
    if (::fstat(number_, &is) == 0 && S_ISREG(is.st_mode)) size_ = static_cast<std::uint64_t>(is.st_size);
}

std::string_view source_file::read() {
    stop_.wait_for(number_, POLLIN);
    for (;;) {
        const auto n = ::read(number_, block_.data(), block_.size());
        if (n >= 0) return {block_.data(), static_cast<std::size_t>(n)};
        if (errno != EINTR) throw_errno(name_ + " can't be read");
    }
}

target_file::target_file(std::string path, const interruption& stop)
    : path_{std::move(path)}, stop_{stop}, number_{STDOUT_FILENO} {
    if (path_ != "-") {
        if (may_be_renamed_to(path_)) part_ = path_ + ".part";
        const auto& opened = part_.empty() ? path_ : part_;
        file_ = net::unique_fd{::open(opened.c_str(), O_WRONLY | O_CREAT | O_TRUNC | closed_on_exec, 0666)};
        if (!file_) throw_errno(opened + " can't be written");
        number_ = file_.get();
    }
    may_block_ = !is_regular(number_);
}

target_file::~target_file() {
    if (!part_.empty()) ::unlink(part_.c_str());
}

bool target_file::is_terminal() const noexcept { return ::isatty(number_) == 1; }

void target_file::fail() const {
    if (errno == EPIPE) throw std::runtime_error{"the output was closed before its end"};
    throw_errno((path_ == "-" ? "the standard output" : path_) + " could not be written");
}

void target_file::write(std::string_view data) {
    while (!data.empty()) {
        if (may_block_) stop_.wait_for(number_, POLLOUT);
        const auto n = ::write(number_, data.data(), may_block_ ? std::min(data.size(), written_at_once) : data.size());
        if (n >= 0) data.remove_prefix(static_cast<std::size_t>(n));
        else if (errno != EINTR && errno != EAGAIN) fail();
    }
}

void target_file::finish() {
    if (!may_block_ && ::fsync(number_) != 0) fail();
    if (part_.empty()) return;
    if (::close(file_.release()) != 0 || std::rename(part_.c_str(), path_.c_str()) != 0) fail();
    part_.clear();
    sync_folder_of(path_);
}

void replace_file(const std::string& path, std::string_view content) {
    const auto next = path + ".next";
    net::unique_fd file{::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | closed_on_exec, 0666)};
    if (!file) throw_errno(path + " can't be written");
    errno = ENOSPC;  // what a short write means
    if (::write(file.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size()) ||
        ::fsync(file.get()) != 0 || ::close(file.release()) != 0 || std::rename(next.c_str(), path.c_str()) != 0)
        throw_errno(path + " can't be written");
    sync_folder_of(path);
}

}  // namespace howdah::tools
