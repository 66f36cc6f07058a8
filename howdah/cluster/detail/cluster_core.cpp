#include "howdah/cluster/detail/cluster_core.hpp"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "howdah/async/lending.hpp"
#include "howdah/cluster/probe.hpp"

namespace howdah::clustering {
namespace {

namespace asio = boost::asio;

std::shared_ptr<member> as_member(const std::shared_ptr<node>& n) { return std::static_pointer_cast<member>(n); }

// Of a coroutine that waits; the timer outlives it, because it is woken by a post.
class wake_by_timer final : public switchboard::waiter {
public:
    wake_by_timer(switchboard& board, const asio::any_io_executor& on)
        : board_{board}, timer_{std::make_shared<asio::steady_timer>(on)} {}
    wake_by_timer(const wake_by_timer&) = delete;
    wake_by_timer& operator=(const wake_by_timer&) = delete;
    ~wake_by_timer() { board_.dismiss(*this); }

    void wake() noexcept override {
        if (std::exchange(woken_, true)) return;
        asio::post(timer_->get_executor(), [t = timer_] { t->cancel(); });
    }
    asio::steady_timer& timer() noexcept { return *timer_; }

private:
    switchboard& board_;
    std::shared_ptr<asio::steady_timer> timer_;
    bool woken_ = false;
};

}  // namespace

cluster_core::cluster_core(std::vector<asio::any_io_executor> on, const cluster_members& members,
                           const cluster_options& options, std::shared_ptr<observer> watcher)
    : switchboard{members, options, std::move(watcher)}, on_{std::move(on)}, query_timeout_{query_timeout_of(members)} {
    if (on_.empty()) throw error{errc::invalid_option, "a cluster needs at least one executor"};
}

void cluster_core::add(const cluster_members::member& m) {
    auto made = std::make_shared<member>(m, on_, options(), watcher());
    switchboard::add(made);
    start(std::move(made));
}

awaitable<bool> cluster_core::remove(std::string name, std::chrono::milliseconds timeout) {
    const auto self = shared_from_this();
    const auto n = switchboard::remove(name);
    if (n == nullptr) co_return false;
    const auto m = as_member(n);
    stop(m);
    co_await m->pool.close(timeout);
    co_return true;
}

awaitable<void> cluster_core::close(std::chrono::milliseconds timeout) {
    const auto self = shared_from_this();
    const auto until = clock::now() + timeout;
    stop_all();
    for (const auto& n : nodes()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
        co_await as_member(n)->pool.close(std::max(left, std::chrono::milliseconds{0}));
    }
}

void cluster_core::abort() {
    if (closed()) return;
    stop_all();
    for (const auto& n : nodes())
        asio::co_spawn(
            on_.front(),
            [m = as_member(n)]() -> awaitable<void> { co_await m->pool.close(std::chrono::milliseconds{0}); },
            asio::detached);
}

void cluster_core::stop_all() {
    switchboard::close();
    for (const auto& n : nodes()) stop(as_member(n));
}

awaitable<void> cluster_core::wait(const routed_call& c) {
    const auto self = shared_from_this();
    wake_by_timer w{*this, co_await asio::this_coro::executor};
    w.timer().expires_at(c.until());
    if (!enlist(w, c)) co_return;
    boost::system::error_code ended;
    co_await w.timer().async_wait(asio::redirect_error(asio::use_awaitable, ended));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none)
        throw error{error{errc::cancelled, "the call was cancelled while it waited for a node"}.at(phase::queue)};
}

void cluster_core::hurry(node& n, enum urgency how) {
    asio::post(on_.front(), [m = static_cast<member&>(n).shared_from_this(), how] {
        if (m->schedule.hurry(how)) m->timer.cancel();
    });
}

void cluster_core::discard(node& n) { static_cast<member&>(n).pool.discard_all(); }
void cluster_core::cut_off(node& n, const error& why) { static_cast<member&>(n).pool.cut_off(why); }

// Monitors.

void cluster_core::start(std::shared_ptr<member> m) {
    auto& signal = m->stop;
    asio::co_spawn(on_.front(), watch(m),
                   asio::bind_cancellation_slot(signal.slot(), [m](const std::exception_ptr&) { m->db.reset(); }));
}

void cluster_core::stop(const std::shared_ptr<member>& m) {
    asio::post(on_.front(), [m] {
        m->stopped = true;
        m->timer.cancel();
        m->stop.emit(asio::cancellation_type::terminal);
    });
}

awaitable<void> cluster_core::watch(std::shared_ptr<member> m) {
    const auto self = shared_from_this();
    while (!m->stopped) {
        m->schedule.began(clock::now());
        co_await probe(*m);
        while (!m->stopped) {
            const auto due = m->schedule.due(options(), probe_interval());
            if (due <= clock::now()) break;
            m->timer.expires_at(due);
            boost::system::error_code ended;
            co_await m->timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
        }
    }
}

// A connection that is lost may only be this one: the node is gone when another one can't be opened.
awaitable<void> cluster_core::probe(member& m) {
    std::optional<error> failure;
    for (const bool may_reconnect : {true, false}) {
        const bool had_one = m.db.has_value();
        failure.reset();
        try {
            co_await ask(m);
            co_return;
        } catch (const error& e) {
            failure.emplace(e);
        }
        m.db.reset();
        if (m.stopped || !may_reconnect || !had_one || failure->code() == errc::timed_out) break;
    }
    if (m.stopped) co_return;
    unreachable(m, *failure);
    if (role_of(m) != node_role::unknown) m.schedule.hurry(urgency::poll);  // it was only late: was it?
}

awaitable<void> cluster_core::ask(member& m) {
    if (!m.db || !m.db->open()) co_await connect(m);
    const auto since = clock::now();
    const with_options db{m.db->with({.timeout = options().probe_timeout})};
    probe_answer answer;
    if (!m.plain) {
        try {
            with_options on{db};
            const auto row = co_await on.fetch_one<probe_row>(probe_query);
            answer = read_probe(row);
        } catch (const error& e) {
            if (!is_too_much_asked(e)) throw;
            m.plain = true;
        }
    }
    if (m.plain) {
        with_options on{db};
        answer.in_recovery = co_await on.fetch_one<bool>(plain_probe_query);
    }
    probed(m, answer, clock::now() - since);
}

awaitable<void> cluster_core::connect(member& m) {
    m.db.reset();
    auto made = co_await async::connect(m.probing, nullptr, nullptr);
    m.db.emplace(std::move(made));
    async::when_lost(*m.db->target().core, [weak = m.weak_from_this()] {
        const auto lost = weak.lock();
        if (lost != nullptr && lost->schedule.hurry(urgency::poll)) lost->timer.cancel();
    });
}

}  // namespace howdah::clustering
