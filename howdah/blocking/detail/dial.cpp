#include "howdah/blocking/detail/dial.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <optional>

#include "howdah/base/last_error.hpp"
#include "howdah/blocking/ask.hpp"
#include "howdah/core/cancellation.hpp"
#include "howdah/core/retry.hpp"
#include "howdah/net/resolve.hpp"
#include "howdah/net/transport.hpp"
#include "howdah/net/waker.hpp"

namespace howdah::blocking::detail {
namespace {

using core::clock;

template <class Exchange>
std::error_code send_output(int fd, Exchange& x, const net::wait_limit& limit) {
    for (auto out = x.output(); !out.empty(); out = x.output()) {
        const auto n = ::send(fd, out.data(), out.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            x.written(static_cast<std::size_t>(n));
        } else if (errno == EAGAIN) {
            if (const auto failed = net::wait_writable(fd, limit)) return failed;
        } else if (errno != EINTR) {
            return last_error();
        }
    }
    return {};
}

// Reads once what there is, or the end.
template <class Exchange>
std::error_code receive(int fd, Exchange& x, const net::wait_limit& limit) {
    if (const auto failed = net::wait_readable(fd, limit)) return failed;
    const auto room = x.input_space();
    const auto n = ::recv(fd, room.data(), room.size(), 0);
    if (n > 0) {
        x.commit(static_cast<std::size_t>(n));
    } else if (n == 0) {
        x.input_ended();
    } else if (errno != EINTR && errno != EAGAIN) {
        return last_error();
    }
    return {};
}

void shake_hands(int fd, core::handshake& h, const net::wait_limit& limit) {
    while (h.state() == core::handshake::state::working) {
        auto failed = send_output(fd, h, limit);
        if (!failed && h.state() == core::handshake::state::working) failed = receive(fd, h, limit);
        if (failed) throw core::startup_failure(failed, h.phase());
    }
    if (h.state() == core::handshake::state::failed) throw error{h.failure()};
    (void)send_output(fd, h, limit);
}

net::unique_fd open(const core::dial_plan::attempt& a, const connection_config& config, const net::wait_limit& limit) {
    if (!net::is_plain_transport(config)) return net::open_transport(config);
    std::error_code failed;
    auto fd = net::connect(*a.to, config, limit, failed);
    if (failed) throw error{net::connect_failure(*a.host, *a.to, failed).at(phase::connect)};
    if (a.host->is_unix_socket())
        if (auto wrong = net::check_peer(fd.get(), config)) throw error{*wrong};
    return fd;
}

void answer(core::dial_plan& plan, const std::stop_token& stop) {
    auto question = *plan.question();
    const core::stopwatch asking{plan.times, phase::authenticate};
    try {
        question.request.deadline = core::connect_deadline(plan.config());
        plan.given(detail::ask(question, stop));
    } catch (const error& e) {
        plan.not_given(error{e});
    }
}

// Ends the waits for sockets when a stop is asked for.
class stop_watch {
public:
    explicit stop_watch(const std::stop_token& stop) {
        if (!stop.stop_possible()) return;
        waker_.emplace();
        callback_.emplace(stop, wake{&*waker_});
    }
    int descriptor() const noexcept { return waker_ ? waker_->descriptor() : -1; }

private:
    struct wake {
        const net::waker* whom;
        void operator()() const noexcept { whom->wake(); }
    };
    std::optional<net::waker> waker_;
    std::optional<std::stop_callback<wake>> callback_;  // goes before what it wakes
};

void throw_if_stopped(const std::stop_token& stop, const core::dial_plan& plan, observer* watcher) {
    if (!stop.stop_requested()) return;
    const auto stopped = error{errc::cancelled, "connecting was asked to stop"}.with_times(plan.times);
    core::tell_failed(watcher, stopped);
    throw error{stopped};
}

}  // namespace

dialled dial(const connection_config& config, const std::shared_ptr<observer>& watcher, const std::stop_token& stop,
             std::shared_ptr<core::shared_state> shared) {
    core::dial_plan plan{config, core::draw, std::move(shared)};
    const stop_watch watch{stop};
    throw_if_stopped(stop, plan, watcher.get());
    while (const auto* host = plan.next_host()) {
        try {
            const core::stopwatch resolving{plan.times, phase::resolve};
            plan.resolved(net::is_plain_transport(config) ? net::resolve(*host, core::connect_deadline(config), stop)
                                                          : std::vector<net::address>(1));
        } catch (const error& e) {
            throw_if_stopped(stop, plan, watcher.get());
            plan.failed(error{e}.at(phase::resolve).from_host(host->to_string()), nullptr);
            continue;
        }
        while (plan.has_attempt()) {
            if (plan.question() != nullptr) {
                answer(plan, stop);
                throw_if_stopped(stop, plan, watcher.get());
                continue;
            }
            const auto a = plan.next_attempt();
            std::optional<core::handshake> h;
            try {
                const net::wait_limit until{core::connect_deadline(config), watch.descriptor()};
                net::unique_fd fd;
                {
                    const core::stopwatch connecting{plan.times, phase::connect};
                    fd = open(a, config, until);
                }
                {
                    const core::stopwatch authenticating{plan.times, phase::authenticate};
                    h.emplace(config, *a.host, a.tls, *a.password, a.wanted, plan.shared());
                    shake_hands(fd.get(), *h, until);
                }
                plan.connected();
                core::tell_connected(watcher.get(), *a.host, *h, plan);
                auto to = core::where_it_is(config, a, *h, plan.shared());
                return {.socket = std::move(fd),
                        .channel = h->take_channel(),
                        .options = core::options_of(config, *a.host, *h, plan.shared(), watcher),
                        .to = std::move(to),
                        .left_over = bytes{h->left_over().begin(), h->left_over().end()}};
            } catch (const error& e) {
                throw_if_stopped(stop, plan, watcher.get());
                plan.failed(error{e}.from_host(a.host->to_string()), h ? &*h : nullptr);
            }
        }
    }
    auto failure = plan.failure();
    core::tell_failed(watcher.get(), failure);
    throw error{std::move(failure)};
}

void cancel(const core::connected_to& to) {
    const auto deadline = clock::now() + to.cancel_grace;
    std::error_code failed;
    const auto fd = net::connect(to.address, connection_config{}, deadline, failed);
    if (failed) return;  // the call ends by itself, or its grace passes
    core::cancellation c{to.tls, to.host, to.process_id, to.cancel_key};
    while (!c.over() && !failed) {
        failed = send_output(fd.get(), c, deadline);
        if (!failed) failed = receive(fd.get(), c, deadline);
    }
}

}  // namespace howdah::blocking::detail
