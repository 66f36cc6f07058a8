// Preloaded into a peer, it counts the calls by which a client talks to a server, as libc has them. Unlike strace it does
// not slow one side down, so replies batch as they do unobserved. What calls the kernel by itself (Go) isn't seen.

#include <dlfcn.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace {

enum call : std::uint8_t { in_read, in_write, in_recv, in_send, in_poll, in_epoll, in_epoll_ctl, calls };
constexpr std::array<const char*, calls> names{"read", "write", "recv", "send", "poll", "epoll_wait", "epoll_ctl"};
constinit std::array<std::atomic<std::uint64_t>, calls> counted{};

/// The function behind the one that stands before it.
template <class F>
F* next(F*, const char* name) {
    return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

void count(call which) noexcept { counted[which].fetch_add(1, std::memory_order_relaxed); }

}  // namespace

extern "C" {
ssize_t read(int fd, void* to, size_t size) {
    static const auto behind = next(&read, "read");
    count(in_read);
    return behind(fd, to, size);
}
ssize_t write(int fd, const void* from, size_t size) {
    static const auto behind = next(&write, "write");
    count(in_write);
    return behind(fd, from, size);
}
ssize_t recv(int fd, void* to, size_t size, int flags) {
    static const auto behind = next(&recv, "recv");
    count(in_recv);
    return behind(fd, to, size, flags);
}
ssize_t recvmsg(int fd, msghdr* to, int flags) {
    static const auto behind = next(&recvmsg, "recvmsg");
    count(in_recv);
    return behind(fd, to, flags);
}
ssize_t readv(int fd, const iovec* to, int n) {
    static const auto behind = next(&readv, "readv");
    count(in_read);
    return behind(fd, to, n);
}
ssize_t send(int fd, const void* from, size_t size, int flags) {
    static const auto behind = next(&send, "send");
    count(in_send);
    return behind(fd, from, size, flags);
}
ssize_t sendmsg(int fd, const msghdr* from, int flags) {
    static const auto behind = next(&sendmsg, "sendmsg");
    count(in_send);
    return behind(fd, from, flags);
}
ssize_t writev(int fd, const iovec* from, int n) {
    static const auto behind = next(&writev, "writev");
    count(in_write);
    return behind(fd, from, n);
}
int poll(pollfd* of, nfds_t n, int timeout) {
    static const auto behind = next(&poll, "poll");
    count(in_poll);
    return behind(of, n, timeout);
}
int ppoll(pollfd* of, nfds_t n, const timespec* timeout, const sigset_t* signals) {
    static const auto behind = next(&ppoll, "ppoll");
    count(in_poll);
    return behind(of, n, timeout, signals);
}
int epoll_wait(int fd, epoll_event* events, int n, int timeout) {
    static const auto behind = next(&epoll_wait, "epoll_wait");
    count(in_epoll);
    return behind(fd, events, n, timeout);
}
int epoll_ctl(int fd, int what, int of, epoll_event* event) noexcept {
    static const auto behind = next(&epoll_ctl, "epoll_ctl");
    count(in_epoll_ctl);
    return behind(fd, what, of, event);
}

/// How often the i-th kind of call was made; null: there is no such. For the meter.
const char* howdah_bench_system_call(std::size_t i, std::uint64_t* times) {
    if (i >= names.size()) return nullptr;
    *times = counted.at(i).load(std::memory_order_relaxed);
    return names.at(i);
}
}
