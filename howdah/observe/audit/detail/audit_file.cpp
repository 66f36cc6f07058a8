#include "howdah/observe/audit/detail/audit_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "howdah/base/last_error.hpp"

namespace howdah::observe {

std::error_code audit_file::open() {
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd_ == -1) return last_error();
    struct stat about{};
    std::error_code failed;
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0)
        failed = errno == EWOULDBLOCK ? make_error_code(std::errc::text_file_busy) : last_error();
    else if (::fstat(fd_, &about) != 0) failed = last_error();
    if (failed) close();
    size_ = static_cast<std::uint64_t>(about.st_size);
    return failed;
}

void audit_file::close() noexcept {
    if (fd_ != -1) ::close(fd_);
    fd_ = -1;
}

std::error_code audit_file::read_tail(std::string& last_line, std::uint64_t& torn) const {
    std::string tail;
    std::array<char, 16'384> part{};
    for (auto at = size_; at > 0;) {
        const auto want = std::min<std::uint64_t>(at, part.size());
        const auto got = ::pread(fd_, part.data(), want, static_cast<off_t>(at - want));
        if (got < 0) return last_error();
        if (static_cast<std::uint64_t>(got) != want) return make_error_code(std::errc::io_error);
        tail.insert(0, part.data(), want);
        at -= want;
        const auto end = tail.rfind('\n');
        const auto before = end == std::string::npos || end == 0 ? std::string::npos : tail.rfind('\n', end - 1);
        if (end == std::string::npos || (before == std::string::npos && at > 0)) continue;
        torn = tail.size() - end - 1;
        const auto start = before == std::string::npos ? 0 : before + 1;
        last_line = tail.substr(start, end - start);
        return {};
    }
    torn = tail.size();  // no line has its end
    last_line.clear();
    return {};
}

std::error_code audit_file::append(std::string_view line) {
    std::string text{line};
    text += '\n';
    std::size_t done = 0;
    while (done < text.size()) {
        const auto n = ::write(fd_, text.data() + done, text.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            const auto failed = last_error();
            // Half a line is worse than none. If this fails too, it is found as a line that is cut off.
            if (done != 0 && ::ftruncate(fd_, static_cast<off_t>(size_)) != 0) size_ += done;
            return failed;
        }
        done += static_cast<std::size_t>(n);
    }
    size_ += text.size();
    return {};
}

std::error_code audit_file::sync() const noexcept { return ::fdatasync(fd_) == 0 ? std::error_code{} : last_error(); }

std::error_code audit_file::rotate() {
    if (const auto failed = sync()) return failed;
    std::error_code failed;
    for (int n = 1;; ++n) {
        const auto to = path_ + '.' + std::to_string(n);
        if (std::filesystem::exists(to, failed)) continue;
        if (!failed) std::filesystem::rename(path_, to, failed);
        if (failed) return failed;
        break;
    }
    close();
    return open();
}

}  // namespace howdah::observe
