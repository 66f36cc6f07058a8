#pragma once

#include "howdah/net/socket.hpp"

namespace howdah::blocking::detail {

/// Ends a poll() of another thread.
class waker {
public:
    /// Throws system errors as error.
    waker();
    /// From any thread.
    void wake() const noexcept;
    /// Readable once somebody has called wake().
    int descriptor() const noexcept { return read_.get(); }
    /// Forgets what was woken so far.
    void rest() const noexcept;

private:
    net::unique_fd read_, write_;
};

}  // namespace howdah::blocking::detail
