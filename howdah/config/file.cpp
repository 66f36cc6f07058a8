#include "howdah/config/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "howdah/base/errc.hpp"
#include "howdah/base/last_error.hpp"

namespace howdah::config {
namespace {

constexpr std::size_t largest_file = std::size_t{1} << 20;

class descriptor {
public:
    explicit descriptor(int number) noexcept : number_{number} {}
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const noexcept { return number_; }

private:
    int number_;
};

std::error_code check(int number, file_access access, std::size_t& size) {
    struct stat status{};
    if (::fstat(number, &status) != 0) return last_error();
    if (!S_ISREG(status.st_mode)) return errc::invalid_option;
    if (static_cast<std::size_t>(status.st_size) > largest_file) return errc::invalid_option;
    if (access == file_access::owner_only && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return errc::insecure_file;
    size = static_cast<std::size_t>(status.st_size);
    return {};
}

}  // namespace

std::error_code read_file(const std::string& path, file_access access, std::string& out) {
    // Not blocking: a FIFO in the file's place must not hang the connection.
    const descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (file.number() < 0) return last_error();
    std::size_t size = 0;
    if (const auto failed = check(file.number(), access, size)) return failed;
    out.resize(size);
    std::size_t filled = 0;
    while (filled < size) {
        const auto got = ::read(file.number(), out.data() + filled, size - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return last_error();
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    out.resize(filled);
    return {};
}

bool file_exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

}  // namespace howdah::config
