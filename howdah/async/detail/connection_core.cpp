#include "howdah/async/detail/connection_core.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "howdah/async/detail/waiting.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::async {
namespace {

namespace asio = boost::asio;
using core::clock;

// Idle, the timer only wakes up to be told what attention() wants.
constexpr auto longest_sleep = std::chrono::hours{1};

}  // namespace

// When it is destroyed without having been called, the executor is going away, and with it all who wait.
struct connection_core::read_handler {
    std::shared_ptr<connection_core> core;

    explicit read_handler(std::shared_ptr<connection_core> c) noexcept : core{std::move(c)} {}
    read_handler(read_handler&&) noexcept = default;
    read_handler& operator=(read_handler&&) noexcept = default;
    ~read_handler() {
        if (core) core->executor_gone();
    }

    void operator()(const boost::system::error_code& failed, std::size_t n) {
        const auto kept = std::exchange(core, nullptr);
        kept->on_read(failed, n);
    }
};

connection_core::connection_core(dialled d, std::shared_ptr<const connection_config> config)
    : executor_{d.socket.get_executor()},
      socket_{std::move(d.socket)},
      timer_{executor_},
      to_{std::move(d.to)},
      config_{std::move(config)},
      engine_{std::move(d.options), *this},
      pump_{engine_, std::move(d.channel)} {}

connection_core::~connection_core() = default;

void connection_core::start(bytes_view left_over) {
    if (!left_over.empty()) {
        const auto room = engine_.input_space(left_over.size());
        std::ranges::copy(left_over, room.begin());
        engine_.commit(left_over.size());
        (void)engine_.process(clock::now());
    }
    read_on();
    arm_timer();
}

// The caller's side.

void connection_core::submit(core::operation& op) {
    const bool goes_on = op.state() == core::operation::state::paused;
    const bool alone = engine_.in_flight() == 0 || goes_on;
    if (goes_on) {
        engine_.resume(op, clock::now());
        if (pump_.may_go_on()) (void)pump_.go_on(clock::now());
    } else {
        engine_.submit(op, clock::now());
    }
    meet(engine_.lease_deadline());
    if (!op.pending()) {
        flush_soon();  // from there its waiter is resumed, not from inside of its own call
        return;
    }
    meet(op.deadline());
    if (corked_) return;
    if (alone) {
        flush();
    } else {
        flush_soon();
    }
    read_on();
}

void connection_core::cancel(core::operation& op) {
    engine_.cancel(op);
    flush_soon();
}

void connection_core::close() noexcept {
    when_lost_ = nullptr;
    try {
        if (engine_.open()) {
            bytes out;
            wire::serialize(wire::terminate{}, out);
            if (pump_.encrypted() && !pump_.channel().encrypt(out)) {
                pump_.channel().shut_down();
                out.assign(pump_.channel().outgoing().begin(), pump_.channel().outgoing().end());
            }
            (void)::send(socket_.native_handle(), out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            engine_.close(error{errc::connection_closed, "the connection was closed by its owner"});
        }
        close_socket();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the server finds out by the closed socket
    }
}

// No read need be pending that would resume whoever waits.
void connection_core::cut_off(const error& why) {
    when_lost_ = nullptr;
    if (!engine_.open()) return;
    engine_.lost(why);
    close_socket();
    flush_soon();
}

// The pending read ends, and resumes whoever still waits.
void connection_core::close_socket() {
    boost::system::error_code ignored;
    (void)socket_.close(ignored);
    timer_.cancel();
    if (const auto tell = std::exchange(when_lost_, nullptr)) tell();
}

// Called from destructors. Locks may hang on a ROLLBACK, so it goes out at once; a cancel is left to the timer.
void connection_core::attention() noexcept {
    try {
        if (!corked_ && engine_.open()) flush();
        meet(clock::time_point::min());
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the next read or deadline sees to it
    }
}

// Reading and writing.

// Reading rests while a stream's caller looks at what was read.
void connection_core::read_on() {
    if (reading_ || !engine_.open() || engine_.holds_input() || pump_.may_go_on()) return;
    reading_ = true;
    const auto room = pump_.input_space();
    socket_.async_read_some(asio::buffer(room.data(), room.size()), read_handler{shared_from_this()});
}

void connection_core::on_read(const boost::system::error_code& failed, std::size_t n) {
    reading_ = false;
    if (!failed) {
        (void)pump_.read(n, clock::now());
    } else if (engine_.open()) {
        pump_.ended(failed == asio::error::eof ? std::error_code{} : std::error_code{failed});
    }
    settle();
}

// After anything that may have ended calls, or left something to send.
void connection_core::settle() {
    corked_ = true;
    if (pump_.may_go_on()) (void)pump_.go_on(clock::now());
    resume_done();
    corked_ = false;
    if (!engine_.open()) return close_socket();
    flush();
    read_on();
    if (engine_.cancelling() == core::cancel_state::wanted) start_cancel();
    if (engine_.head_is_unwanted()) meet(engine_.next_deadline());
}

void connection_core::resume_done() {
    while (auto* op = engine_.next_done()) resume(*static_cast<waiter*>(op->waiter), executor_);
}

void connection_core::flush() {
    if (waits_to_write_) return;
    for (auto out = pump_.output(); !out.empty(); out = pump_.output()) {
        const auto n = ::send(socket_.native_handle(), out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            pump_.written(static_cast<std::size_t>(n));
            if (engine_.has_done()) flush_soon();  // a call only had to send
        } else if (errno == EAGAIN) {
            waits_to_write_ = true;
            socket_.async_wait(stream_socket::wait_write,
                               [self = shared_from_this()](const boost::system::error_code& failed) {
                                   self->waits_to_write_ = false;
                                   if (!failed && self->engine_.open()) self->flush();
                               });
            return;
        } else if (errno != EINTR) {
            return;  // the read that is pending says why, and what the server said before
        }
    }
}

void connection_core::flush_soon() {
    if (std::exchange(flush_posted_, true)) return;
    asio::post(executor_, [self = shared_from_this()] {
        self->flush_posted_ = false;
        self->settle();
    });
}

// Time.

void connection_core::meet(clock::time_point deadline) {
    if (deadline >= wakes_at_) return;
    wakes_at_ = deadline;
    timer_.expires_at(deadline);  // ends the pending wait, and on_timer() begins the next one
}

void connection_core::arm_timer() {
    wakes_at_ = std::min(engine_.next_deadline(), clock::now() + longest_sleep);
    timer_.expires_at(wakes_at_);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code&) {
        if (const auto self = weak.lock()) self->on_timer();
    });
}

void connection_core::on_timer() {
    if (!engine_.open()) return;
    const auto now = clock::now();
    const bool open = engine_.next_deadline() > now || engine_.expire(now);
    settle();
    if (open && engine_.open()) arm_timer();
}

void connection_core::start_cancel() {
    engine_.cancel_begun();
    asio::co_spawn(
        executor_,
        [self = shared_from_this()]() -> awaitable<void> {
            try {
                co_await async::cancel(self->to_);
            } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): the call's cancel_grace sees to it
            }
            self->engine_.cancel_ended();
            self->settle();
        },
        asio::detached);
}

void connection_core::executor_gone() noexcept {
    try {
        engine_.close(error{errc::connection_closed, "the io_context was destroyed"});
        while (auto* op = engine_.next_done()) {
            auto& w = *static_cast<waiter*>(op->waiter);
            if (waiting::engaged(w)) (void)waiting::take(w);  // destroys the coroutine that waits
        }
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): nobody is left to be told
    }
}

}  // namespace howdah::async
