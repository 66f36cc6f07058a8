#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

#include "howdah/net/socket.hpp"

namespace howdah::tools {

/// While it lives, SIGINT, SIGTERM and SIGHUP ask to stop rather than end the process; a second one does that.
/// Made before other threads are.
class interruption {
public:
    interruption();
    interruption(const interruption&) = delete;
    interruption& operator=(const interruption&) = delete;
    ~interruption();

    std::stop_token token() const noexcept { return source_.get_token(); }
    bool asked_for() const noexcept { return source_.stop_requested(); }
    /// Readable once it is asked for.
    int descriptor() const noexcept { return heard_.get(); }
    /// Waits until a descriptor has poll's `events`. Throws if it is asked for first.
    void wait_for(int descriptor, short events) const;

private:
    void watch();

    sigset_t signals_{}, before_{};
    net::unique_fd heard_, told_;  // a pipe
    std::stop_source source_;
    std::atomic<bool> over_{false};
    std::thread watcher_;
};

}  // namespace howdah::tools
