#include "howdah/blocking/detail/connection_core.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "howdah/base/last_error.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::blocking::detail {
namespace {

using core::clock;
using namespace std::chrono_literals;

// A server that went while nobody called is found out before the next call is sent: one system call more.
constexpr auto idle_enough_to_look = 1s;

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

void connection_core::perform(core::operation& op, const std::stop_token& stop) {
    if (!stop.stop_possible()) return run(op, stop);
    if (waker_ == nullptr) waker_ = std::make_unique<net::waker>();
    waker_->rest();
    const struct turn {
        explicit turn(bool& is) noexcept : flag{is} { flag = true; }
        turn(const turn&) = delete;
        turn& operator=(const turn&) = delete;
        ~turn() { flag = false; }
        bool& flag;
    } with_waker{may_be_woken_};
    const std::stop_callback wake{stop, [this] { waker_->wake(); }};
    run(op, stop);
}

void connection_core::run(core::operation& op, const std::stop_token& stop) {
    if (stop.stop_requested() && op.state() == core::operation::state::idle)
        throw error{errc::cancelled, "the call was asked to stop before it began"};
    now_ = clock::now();
    begin(op);
    while (op.pending()) {
        if (stop.stop_requested()) {
            engine_.cancel(op);
            break;
        }
        cancel_if_wanted();
        if (engine_.waits_for_caller(op)) {
            op.abandon();
            throw error{errc::connection_busy,
                        "this connection is inside of a transaction or a stream: end it first, or use the "
                        "transaction's verbs"};
        }
        const auto deadline = engine_.next_deadline();
        pump(op, deadline);
        if (now_ >= deadline) (void)engine_.expire(now_);
    }
    cancel_if_wanted();
    while (engine_.next_done() != nullptr) {}
    used_ = now_;
    if (!engine_.open()) close_socket();
    if (op.failure()) throw error{*op.failure()};
}

void connection_core::begin(core::operation& op) {
    if (engine_.in_flight() == 0 && now_ - used_ > idle_enough_to_look) look();
    if (op.state() == core::operation::state::paused) {
        engine_.resume(op, now_);
    } else {
        engine_.submit(op, now_);
    }
    if (pump_.may_go_on()) (void)pump_.go_on(now_);
    if (op.pending() && op.may_be_refused_meanwhile()) look();
}

void connection_core::cancel_if_wanted() {
    if (engine_.cancelling() != core::cancel_state::wanted) return;
    engine_.cancel_begun();
    cancel(to_);
    now_ = clock::now();
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
    close_socket();
}

void connection_core::close_socket() noexcept {
    const std::lock_guard lock{closing_};
    socket_.reset();
}

void connection_core::interrupt(std::optional<error> why) noexcept {
    const std::lock_guard lock{closing_};
    if (!interrupted_) interrupted_ = std::move(why);
    if (socket_.get() >= 0) (void)::shutdown(socket_.get(), SHUT_RDWR);
}

// A ROLLBACK must not wait for the next call: locks hang on it. Its answer may.
void connection_core::attention() noexcept {
    try {
        (void)send_some();
    } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): it goes out with the next call
    }
}

void connection_core::pump(const core::operation& op, clock::time_point deadline) {
    if (!engine_.open()) return;
    if (send_some()) {
        if (op.pending()) receive(deadline);  // else it only had to send
        return;
    }
    // A send would block: the server may be waiting for us to read.
    if ((wait(POLLIN | POLLOUT, deadline) & ~POLLOUT) != 0) (void)take(MSG_DONTWAIT);
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

connection_core::got connection_core::take(int flags) {
    const auto room = pump_.input_space();
    const auto n = ::recv(socket_.get(), room.data(), room.size(), flags);
    now_ = clock::now();
    if (n > 0) {
        (void)pump_.read(static_cast<std::size_t>(n), now_);
        return got::something;
    }
    if (n == 0) {
        ended({});
    } else if (errno != EINTR && errno != EAGAIN) {
        ended(last_error());
    }
    return got::nothing;
}

void connection_core::ended(std::error_code how) {
    std::optional<error> why;  // told without the lock
    {
        const std::lock_guard lock{closing_};
        why = interrupted_;
    }
    if (why) engine_.lost(std::move(*why));
    else pump_.ended(how);
}

void connection_core::receive(clock::time_point deadline) {
    if (may_be_woken_) {
        if ((wait(POLLIN, deadline) & ~POLLOUT) == 0) return;
    } else if (deadline != clock::time_point::max()) {
        set_receive_timeout(deadline - now_);
    }
    (void)take(may_be_woken_ ? MSG_DONTWAIT : 0);
}

// What has come while nobody called: a parameter, a notice, the end.
void connection_core::look() {
    while (engine_.open() && take(MSG_DONTWAIT) == got::something) {}
}

// The socket's events, up to the deadline; none, too, when a stop was asked for.
short connection_core::wait(short events, clock::time_point deadline) {
    std::array<pollfd, 2> waiting{};
    waiting[0] = {.fd = socket_.get(), .events = events, .revents = 0};
    if (may_be_woken_) waiting[1] = {.fd = waker_->descriptor(), .events = POLLIN, .revents = 0};
    const auto left = std::clamp<clock::duration>(deadline - now_, 0ms, 1h);
    const auto ready = ::poll(waiting.data(), may_be_woken_ ? 2 : 1,
                              static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
    now_ = clock::now();
    return ready > 0 ? waiting[0].revents : short{0};
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
