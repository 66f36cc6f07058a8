#pragma once

#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/net/address.hpp"
#include "howdah/net/deadline.hpp"

namespace howdah::net {

/// A file descriptor and the duty to close it.
class unique_fd {
public:
    unique_fd() = default;
    explicit unique_fd(int fd) noexcept : fd_{fd} {}
    unique_fd(unique_fd&& other) noexcept : fd_{other.release()} {}
    unique_fd& operator=(unique_fd&& other) noexcept {
        if (this != &other) reset(other.release());
        return *this;
    }
    ~unique_fd() { reset(); }

    explicit operator bool() const noexcept { return fd_ >= 0; }
    int get() const noexcept { return fd_; }
    /// Gives the duty to the caller.
    int release() noexcept { return std::exchange(fd_, -1); }
    void reset(int fd = -1) noexcept;

private:
    int fd_ = -1;
};

/// A stream socket for `to`, closed on exec, that raises no SIGPIPE where the system can do that a socket (macOS;
/// on Linux send with MSG_NOSIGNAL). In blocking mode, not connected.
unique_fd open_socket(const address& to, std::error_code& failure) noexcept;

/// TCP_NODELAY, keepalives with their intervals, TCP_USER_TIMEOUT; what the system lacks is left out, as libpq does.
/// Nothing for unix sockets.
std::error_code set_options(int fd, const address& to, const connection_config& config) noexcept;

enum class blocking_mode { blocking, nonblocking };
std::error_code set_mode(int fd, blocking_mode mode) noexcept;

/// For a nonblocking socket. No error: connected. std::errc::operation_in_progress: wait until writable, then
/// finish_connect. std::errc::resource_unavailable_try_again: a unix socket whose backlog is full, which no poll
/// announces: try again in a moment.
std::error_code start_connect(int fd, const address& to) noexcept;
/// What became of a connect in progress.
std::error_code finish_connect(int fd) noexcept;

/// Wait until recv or send would not block. errc::timed_out at the deadline, errc::cancelled when it is interrupted; a
/// socket in error counts as ready.
std::error_code wait_readable(int fd, const wait_limit& limit) noexcept;
std::error_code wait_writable(int fd, const wait_limit& limit) noexcept;

/// A socket in blocking mode with its options set and connected to `to`, or empty and the reason in `failure`:
/// errc::timed_out, errc::cancelled, or the system's error.
unique_fd connect(const address& to, const connection_config& config, const wait_limit& limit,
                  std::error_code& failure);

/// The name of the user at the other end of a unix socket.
std::string peer_user(int fd, std::error_code& failure);
/// nullopt, or the error if the server's user is not config.require_peer. Only for unix sockets.
std::optional<error> check_peer(int fd, const connection_config& config);

/// The words for an address that could not be connected to; its code stays `why`.
error connect_failure(const endpoint& host, const address& to, std::error_code why);

}  // namespace howdah::net
