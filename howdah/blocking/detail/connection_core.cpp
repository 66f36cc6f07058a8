#include "howdah/blocking/detail/connection_core.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>

#include "howdah/wire/frontend.hpp"

namespace howdah::blocking::detail {
namespace {

using core::clock;
using namespace std::chrono_literals;

std::error_code last_error() { return {errno, std::system_category()}; }

}  // namespace

connection_core::connection_core(dialled d)
    : socket_{std::move(d.socket)},
      to_{std::move(d.to)},
      engine_{std::move(d.options), *this},
      pump_{engine_, std::move(d.channel)} {
    if (!d.left_over.empty()) {
        const auto room = engine_.input_space(d.left_over.size());
        std::ranges::copy(d.left_over, room.begin());
        engine_.commit(d.left_over.size());
        (void)engine_.process(clock::now());
    }
}

connection_core::~connection_core() { say_goodbye(); }

void connection_core::perform(core::operation& op) {
    begin(op);
    while (op.pending()) {
        cancel_if_wanted();
        if (engine_.waits_for_caller(op)) {
            op.abandon();
            throw error{errc::connection_busy,
                        "this connection is inside a transaction: use the transaction's verbs, or end it first"};
        }
        const auto deadline = engine_.next_deadline();
        pump(deadline);
        if (const auto now = clock::now(); now >= deadline) (void)engine_.expire(now);
    }
    cancel_if_wanted();
    while (engine_.next_done() != nullptr) {}
    if (op.failure()) throw error{*op.failure()};
}

void connection_core::begin(core::operation& op) {
    if (op.state() == core::operation::state::paused) {
        engine_.resume(op, clock::now());
    } else {
        engine_.submit(op, clock::now());
    }
    if (pump_.may_go_on()) (void)pump_.go_on(clock::now());
}

void connection_core::cancel_if_wanted() {
    if (engine_.cancelling() != core::cancel_state::wanted) return;
    engine_.cancel_begun();
    cancel(to_);
    engine_.cancel_ended();
}

// The server need not wait for the next call to hear that it may stop.
void connection_core::let_go(core::operation& op) noexcept {
    try {
        op.abandon();
        cancel_if_wanted();
        (void)send_some();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the next call sees to it
    }
}

void connection_core::close() {
    say_goodbye();
    engine_.close(error{errc::connection_closed, "the connection was closed by close()"});
    socket_.reset();
}

// A ROLLBACK must not wait for the next call: locks hang on it. Its answer may.
void connection_core::attention() noexcept {
    try {
        (void)send_some();
    } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): it goes out with the next call
    }
}

void connection_core::pump(clock::time_point deadline) {
    if (!engine_.open()) return;
    if (send_some()) {
        receive(deadline);
    } else {
        wait_to_send(deadline);
    }
}

// True: nothing is left to send.
bool connection_core::send_some() {
    for (auto out = pump_.output(); !out.empty(); out = pump_.output()) {
        const auto n = ::send(socket_.get(), out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            pump_.written(static_cast<std::size_t>(n));
        } else if (errno == EAGAIN) {
            return false;
        } else if (errno != EINTR) {
            // What the server said before it closed is still to be read, and says more than EPIPE.
            return true;
        }
    }
    return true;
}

void connection_core::receive(clock::time_point deadline) {
    const auto room = pump_.input_space();
    if (deadline != clock::time_point::max()) set_receive_timeout(deadline - clock::now());
    const auto n = ::recv(socket_.get(), room.data(), room.size(), 0);
    if (n > 0) {
        (void)pump_.read(static_cast<std::size_t>(n), clock::now());
    } else if (n == 0) {
        pump_.ended({});
    } else if (errno != EINTR && errno != EAGAIN) {
        pump_.ended(last_error());
    }
}

// A send would block: the server may be waiting for us to read.
void connection_core::wait_to_send(clock::time_point deadline) {
    pollfd waiting{.fd = socket_.get(), .events = POLLIN | POLLOUT, .revents = 0};
    const auto left = std::clamp<clock::duration>(deadline - clock::now(), 0ms, 1h);
    const auto ready =
        ::poll(&waiting, 1, static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
    if (ready > 0 && (waiting.revents & (POLLIN | POLLHUP | POLLERR)) != 0) receive(deadline);
}

// One system call, so it is made only where the timeout that is set would miss the deadline by more than an eighth.
void connection_core::set_receive_timeout(clock::duration remaining) {
    remaining = std::max<clock::duration>(remaining, 1ms);
    if (receive_timeout_ != clock::duration{} && receive_timeout_ <= remaining + remaining / 8 &&
        receive_timeout_ >= remaining / 8)
        return;
    const auto us = std::chrono::ceil<std::chrono::microseconds>(remaining).count();
    const timeval value{.tv_sec = us / 1'000'000, .tv_usec = us % 1'000'000};
    if (::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value) == 0) receive_timeout_ = remaining;
}

void connection_core::say_goodbye() noexcept {
    if (!engine_.open()) return;
    try {
        bytes out;
        wire::serialize(wire::terminate{}, out);
        if (pump_.encrypted()) {
            if (pump_.channel().encrypt(out)) return;
            pump_.channel().shut_down();
            out.assign(pump_.channel().outgoing().begin(), pump_.channel().outgoing().end());
        }
        (void)::send(socket_.get(), out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the server finds out by the closed socket
    }
}

}  // namespace howdah::blocking::detail
