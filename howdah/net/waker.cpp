#include "howdah/net/waker.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "howdah/base/error.hpp"
#include "howdah/base/last_error.hpp"

namespace howdah::net {

waker::waker() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        throw error{last_error(), "can't make the pipe that another thread wakes by"};
    read_ = unique_fd{ends[0]};
    write_ = unique_fd{ends[1]};
}

void waker::wake() const noexcept {
    while (::write(write_.get(), "", 1) < 0 && errno == EINTR) {}  // full: it is awake
}

void waker::rest() const noexcept {
    std::array<char, 16> some{};
    while (::read(read_.get(), some.data(), some.size()) > 0) {}
}

}  // namespace howdah::net
