#pragma once

#include "howdah/net/socket.hpp"

namespace howdah::net {

/// Wakes another thread that waits for descriptors.
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
    unique_fd read_, write_;
};

}  // namespace howdah::net
