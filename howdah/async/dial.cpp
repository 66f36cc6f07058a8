#include "howdah/async/dial.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <optional>

#include "howdah/async/detail/ask.hpp"
#include "howdah/async/detail/socket_io.hpp"
#include "howdah/core/cancellation.hpp"
#include "howdah/core/retry.hpp"
#include "howdah/net/transport.hpp"

namespace howdah::async {
namespace {

namespace asio = boost::asio;
using core::clock;

awaitable<void> shake_hands(stream_socket& socket, core::handshake& h, clock::time_point deadline) {
    while (h.state() == core::handshake::state::working) {
        auto failed = co_await send_output(socket, h, deadline);
        if (!failed && h.state() == core::handshake::state::working) failed = co_await receive(socket, h, deadline);
        if (failed) throw core::startup_failure(failed, h.phase());
    }
    if (h.state() == core::handshake::state::failed) throw error{h.failure()};
    (void)co_await send_output(socket, h, deadline);
}

awaitable<stream_socket> open(const core::dial_plan::attempt& a, const connection_config& config,
                              clock::time_point deadline) {
    if (!net::is_plain_transport(config)) co_return co_await adopt(net::open_transport(config), AF_UNIX);
    std::error_code failed;
    auto socket = co_await connect_socket(*a.to, config, deadline, failed);
    if (failed) throw error{net::connect_failure(*a.host, *a.to, failed).at(phase::connect)};
    if (a.host->is_unix_socket())
        if (auto wrong = net::check_peer(socket.native_handle(), config)) throw error{*wrong};
    co_return socket;
}

awaitable<void> answer(core::dial_plan& plan) {
    auto question = *plan.question();
    const core::stopwatch asking{plan.times, phase::authenticate};
    try {
        question.request.deadline = core::connect_deadline(plan.config());
        plan.given(co_await async::ask(question));
    } catch (const error& e) {
        if (e.code() == errc::cancelled) throw;
        plan.not_given(error{e});
    }
}

error cancelled(const phase_times& times) {
    return error{errc::cancelled, "connecting was cancelled"}.with_times(times);
}

// Tries no other way once it is cancelled.
awaitable<dialled> try_all(core::dial_plan& plan, std::shared_ptr<observer> watcher) {
    const auto& config = plan.config();
    while (const auto* host = plan.next_host()) {
        try {
            const core::stopwatch resolving{plan.times, phase::resolve};
            std::vector<net::address> addresses(1);
            if (net::is_plain_transport(config)) addresses = co_await resolve(*host, core::connect_deadline(config));
            plan.resolved(std::move(addresses));
        } catch (const error& e) {
            if (e.code() == errc::cancelled) throw;
            plan.failed(error{e}.at(phase::resolve).from_host(host->to_string()), nullptr);
            continue;
        }
        while (plan.has_attempt()) {
            if (plan.question() != nullptr) {
                co_await answer(plan);
                continue;
            }
            const auto a = plan.next_attempt();
            std::optional<core::handshake> h;
            try {
                const auto deadline = core::connect_deadline(config);
                std::optional<core::stopwatch> watch{std::in_place, plan.times, phase::connect};
                auto socket = co_await open(a, config, deadline);
                watch.emplace(plan.times, phase::authenticate);
                h.emplace(config, *a.host, a.tls, *a.password, a.wanted, plan.shared());
                co_await shake_hands(socket, *h, deadline);
                watch.reset();
                plan.connected();
                core::tell_connected(watcher.get(), *a.host, *h, plan.times);
                auto to = core::where_it_is(config, a, *h, plan.shared());
                auto options = core::options_of(config, *a.host, *h, plan.shared(), watcher);
                bytes left_over{h->left_over().begin(), h->left_over().end()};
                dialled done{std::move(socket), h->take_channel(), std::move(options), std::move(to),
                             std::move(left_over)};
                co_return done;
            } catch (const error& e) {
                if (e.code() == errc::cancelled) throw;
                plan.failed(error{e}.from_host(a.host->to_string()), h ? &*h : nullptr);
            }
        }
    }
    throw plan.failure();
}

}  // namespace

awaitable<dialled> dial(std::shared_ptr<const connection_config> kept, std::shared_ptr<observer> watcher,
                        std::shared_ptr<core::shared_state> shared) {
    core::dial_plan plan{*kept, core::draw, std::move(shared)};
    std::optional<error> failure;
    try {
        co_return co_await try_all(plan, watcher);
    } catch (const error& e) {
        failure = e.code() == errc::cancelled ? cancelled(plan.times) : e;
    } catch (const boost::system::system_error& e) {  // from a co_await of a coroutine that is cancelled already
        if (e.code() != asio::error::operation_aborted) throw;
        failure = cancelled(plan.times);
    }
    core::tell_failed(watcher.get(), *failure);
    throw error{*failure};
}

awaitable<void> cancel(core::connected_to to) {
    const auto deadline = clock::now() + to.cancel_grace;
    std::error_code failed;
    const connection_config defaults;
    auto socket = co_await connect_socket(to.address, defaults, deadline, failed);
    if (failed) co_return;  // the call ends by itself, or its grace passes
    core::cancellation c{to.tls, to.host, to.process_id, to.cancel_key};
    while (!c.over() && !failed) {
        failed = co_await send_output(socket, c, deadline);
        if (!failed) failed = co_await receive(socket, c, deadline);
    }
}

}  // namespace howdah::async
