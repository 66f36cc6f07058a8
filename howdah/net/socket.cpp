#include "howdah/net/socket.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <vector>

#include "howdah/base/last_error.hpp"

namespace howdah::net {
namespace {

using std::chrono::steady_clock;

template <class T>
std::error_code set_option(int fd, int level, int name, T value) noexcept {
    return setsockopt(fd, level, name, &value, sizeof value) == 0 ? std::error_code{} : last_error();
}

// An option whose zero means the system's default.
template <class Count>
std::error_code set_count(int fd, int name, Count count) noexcept {
    if (count == 0) return {};
    return set_option(fd, IPPROTO_TCP, name, static_cast<int>(std::min<Count>(count, INT_MAX)));
}

std::error_code set_keepalives(int fd, const connection_config& config) noexcept {
    if (!config.keepalives) return {};
    if (auto failed = set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1)) return failed;
#if defined(TCP_KEEPIDLE)
    if (auto failed = set_count(fd, TCP_KEEPIDLE, config.keepalives_idle.count())) return failed;
#elif defined(TCP_KEEPALIVE)  // macOS's name
    if (auto failed = set_count(fd, TCP_KEEPALIVE, config.keepalives_idle.count())) return failed;
#endif
#ifdef TCP_KEEPINTVL
    if (auto failed = set_count(fd, TCP_KEEPINTVL, config.keepalives_interval.count())) return failed;
#endif
#ifdef TCP_KEEPCNT
    if (auto failed = set_count(fd, TCP_KEEPCNT, config.keepalives_count)) return failed;
#endif
    return {};
}

// Milliseconds for poll: rounded up, so that it never wakes before the deadline only to wait again.
int poll_timeout(time_point deadline) noexcept {
    if (deadline == no_deadline) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
    return static_cast<int>(std::clamp<decltype(left)>(left, 0, INT_MAX));
}

// Without a descriptor (-1) it waits for the interruption alone.
std::error_code wait_for(int fd, short events, const wait_limit& limit) noexcept {
    for (;;) {
        std::array<pollfd, 2> p{};
        p[0] = {.fd = limit.interruption, .events = POLLIN, .revents = 0};  // poll() passes over what is negative
        p[1] = {.fd = fd, .events = events, .revents = 0};
        const int ready = poll(p.data(), p.size(), poll_timeout(limit.deadline));
        if (ready > 0) return p[0].revents != 0 ? make_error_code(errc::cancelled) : std::error_code{};
        if (ready < 0 && errno != EINTR) return last_error();
        if (ready == 0 && steady_clock::now() >= limit.deadline) return errc::timed_out;
    }
}

// A nonblocking connect to a unix socket whose backlog is full fails instead of waiting; a blocking one waits as
// long as SO_SNDTIMEO says.
std::error_code connect_unix_blocking(int fd, const address& to, time_point deadline) noexcept {
    for (;;) {
        timeval wait{};
        if (deadline != no_deadline) {
            const auto left = std::chrono::ceil<std::chrono::microseconds>(deadline - steady_clock::now()).count();
            if (left <= 0) return errc::timed_out;
            wait.tv_sec = static_cast<decltype(wait.tv_sec)>(left / 1'000'000);
            wait.tv_usec = static_cast<decltype(wait.tv_usec)>(left % 1'000'000);
        }
        if (auto failed = set_option(fd, SOL_SOCKET, SO_SNDTIMEO, wait)) return failed;
        if (::connect(fd, to.data(), to.size) == 0) return set_option(fd, SOL_SOCKET, SO_SNDTIMEO, timeval{});
        if (errno != EINTR && errno != EAGAIN) return last_error();
    }
}

// A blocking connect can't be interrupted.
std::error_code connect_unix(int fd, const address& to, const wait_limit& limit) noexcept {
    constexpr auto full_backlog_pause = std::chrono::milliseconds{10};
    if (limit.interruption < 0) return connect_unix_blocking(fd, to, limit.deadline);
    if (auto failed = set_mode(fd, blocking_mode::nonblocking)) return failed;
    auto state = start_connect(fd, to);
    while (state == std::errc::resource_unavailable_try_again) {
        if (steady_clock::now() >= limit.deadline) return errc::timed_out;
        const auto woken = wait_for(-1, 0, {steady_clock::now() + full_backlog_pause, limit.interruption});
        if (woken != errc::timed_out) return woken;
        state = start_connect(fd, to);
    }
    return state ? state : set_mode(fd, blocking_mode::blocking);
}

std::error_code connect_tcp(int fd, const address& to, const wait_limit& limit) noexcept {
    if (auto failed = set_mode(fd, blocking_mode::nonblocking)) return failed;
    auto state = start_connect(fd, to);
    if (state == std::errc::operation_in_progress) {
        state = wait_writable(fd, limit);
        if (!state) state = finish_connect(fd);
    }
    return state ? state : set_mode(fd, blocking_mode::blocking);
}

std::optional<uid_t> peer_uid(int fd) noexcept {
#ifdef SO_PEERCRED
    ucred who{};
    socklen_t size = sizeof who;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0) return who.uid;
#else
    uid_t user = 0;
    gid_t group = 0;
    if (getpeereid(fd, &user, &group) == 0) return user;
#endif
    return std::nullopt;
}

std::string advice(const address& to, std::error_code why) {
    const bool local = to.family() == AF_UNIX;
    if (local && why == std::errc::no_such_file_or_directory)
        return "there is no such socket: is the server running, with this folder in unix_socket_directories and this "
               "port?";
    if (local && why == std::errc::permission_denied)
        return "this user may not use the socket (unix_socket_permissions)";
    if (local && why == std::errc::connection_refused)
        return "no server listens on the socket: it may have ended and left the file";
    if (why == std::errc::connection_refused)
        return "no server listens there: is it running, on this port, with listen_addresses for this address?";
    if (why == errc::timed_out || why == std::errc::timed_out)
        return "nothing answered: is the host up, and does a firewall let the port through?";
    if (why == std::errc::network_unreachable || why == std::errc::host_unreachable)
        return "this machine has no way to that network";
    return "is the server running there?";
}

}  // namespace

void unique_fd::reset(int fd) noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
}

unique_fd open_socket(const address& to, std::error_code& failure) noexcept {
#ifdef SOCK_CLOEXEC
    unique_fd fd{::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)};
    failure = fd ? std::error_code{} : last_error();
#else
    unique_fd fd{::socket(to.family(), SOCK_STREAM, 0)};
    failure = fd && fcntl(fd.get(), F_SETFD, FD_CLOEXEC) == 0 ? std::error_code{} : last_error();
#endif
#ifdef SO_NOSIGPIPE
    if (!failure) failure = set_option(fd.get(), SOL_SOCKET, SO_NOSIGPIPE, 1);
#endif
    return failure ? unique_fd{} : std::move(fd);
}

std::error_code set_options(int fd, const address& to, const connection_config& config) noexcept {
    if (to.family() == AF_UNIX) return {};
    if (auto failed = set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1)) return failed;
    if (auto failed = set_keepalives(fd, config)) return failed;
#ifdef TCP_USER_TIMEOUT
    return set_count(fd, TCP_USER_TIMEOUT, config.tcp_user_timeout.count());
#else
    return {};
#endif
}

std::error_code set_mode(int fd, blocking_mode mode) noexcept {
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0) return last_error();
    const int wanted = mode == blocking_mode::nonblocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
    return fcntl(fd, F_SETFL, wanted) == 0 ? std::error_code{} : last_error();
}

std::error_code start_connect(int fd, const address& to) noexcept {
    if (::connect(fd, to.data(), to.size) == 0) return {};
    // An interrupted TCP connect goes on by itself.
    if (errno == EINTR) return std::make_error_code(std::errc::operation_in_progress);
    return last_error();
}

std::error_code finish_connect(int fd) noexcept {
    int result = 0;
    socklen_t size = sizeof result;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &result, &size) != 0) return last_error();
    return {result, std::system_category()};
}

std::error_code wait_readable(int fd, const wait_limit& limit) noexcept { return wait_for(fd, POLLIN, limit); }
std::error_code wait_writable(int fd, const wait_limit& limit) noexcept { return wait_for(fd, POLLOUT, limit); }

unique_fd connect(const address& to, const connection_config& config, const wait_limit& limit,
                  std::error_code& failure) {
    unique_fd fd = open_socket(to, failure);
    if (!failure) failure = set_options(fd.get(), to, config);
    if (!failure)
        failure = to.family() == AF_UNIX ? connect_unix(fd.get(), to, limit) : connect_tcp(fd.get(), to, limit);
    return failure ? unique_fd{} : std::move(fd);
}

std::string peer_user(int fd, std::error_code& failure) {
    const auto uid = peer_uid(fd);
    if (!uid) {
        failure = last_error();
        return {};
    }
    std::vector<char> space(1024);
    passwd entry{};
    passwd* found = nullptr;
    int status = 0;
    while ((status = getpwuid_r(*uid, &entry, space.data(), space.size(), &found)) == ERANGE)
        space.resize(space.size() * 2);
    failure = {found == nullptr && status == 0 ? ENOENT : status, std::system_category()};
    return failure ? std::string{} : std::string{entry.pw_name};
}

std::optional<error> check_peer(int fd, const connection_config& config) {
    if (config.require_peer.empty()) return std::nullopt;
    std::error_code failure;
    const auto user = peer_user(fd, failure);
    if (!failure && user == config.require_peer) return std::nullopt;
    std::string words = "requirepeer wants the server to run as \"" + config.require_peer + "\", ";
    words += failure ? "but its user can't be found out: " + failure.message() : "but it runs as \"" + user + '"';
    return error{errc::peer_rejected, std::move(words)}.at(phase::connect);
}

error connect_failure(const endpoint& host, const address& to, std::error_code why) {
    std::string words = "can't connect to " + to.text;
    if (!host.host.empty() && !host.is_unix_socket()) words += " (host \"" + host.host + "\")";
    words += ": " + why.message() + "; " + advice(to, why);
    error out{why, std::move(words)};
    out.at(phase::connect).from_host(host.to_string());
    return out;
}

}  // namespace howdah::net
