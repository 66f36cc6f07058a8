#include "howdah/pool/detail/shard.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "howdah/async/lending.hpp"
#include "howdah/core/retry.hpp"
#include "howdah/pool/detail/release.hpp"

namespace howdah::pooling {
namespace {

namespace asio = boost::asio;

// No deadline is missed for longer, whatever happens to the clock.
constexpr auto longest_sleep = std::chrono::minutes{1};

habits habits_of(const pool_hooks& h) {
    return {.before_acquire = h.before_acquire != nullptr, .after_release = h.after_release != nullptr};
}

// Forgets itself, even where its coroutine is destroyed while it waits.
class ending_waiter {
public:
    ending_waiter(std::vector<asio::steady_timer*>& all, const asio::any_io_executor& on)
        : all_{all}, timer_{on, clock::time_point::max()} {
        all_.push_back(&timer_);
    }
    ending_waiter(const ending_waiter&) = delete;
    ending_waiter& operator=(const ending_waiter&) = delete;
    ~ending_waiter() { std::erase(all_, &timer_); }
    asio::steady_timer& timer() noexcept { return timer_; }

private:
    std::vector<asio::steady_timer*>& all_;
    asio::steady_timer timer_;
};

}  // namespace

bool pooled::at_work() const noexcept {
    return db != nullptr && db->target().core != nullptr && async::at_work(*db->target().core);
}

enum condition pooled::condition() const noexcept {
    if (db->target().core == nullptr) return condition::broken;  // moved from
    switch (async::left_on(*db->target().core)) {
        case core::remains::nothing: return condition::clean;
        case core::remains::something: return condition::untidy;
        case core::remains::no_connection: break;
    }
    return condition::broken;
}

shard::shard(asio::any_io_executor on, std::shared_ptr<pool_setup> setup, const pool_options& options)
    : executor_{std::move(on)},
      setup_{std::move(setup)},
      timer_{executor_},
      credentials_{*setup_->config},
      policy_{options, habits_of(setup_->hooks), [] { return std::make_unique<pooled>(); }, core::draw, clock::now()} {}

void shard::start() { settle_soon(); }

// Callers.

void shard::acquire(ticket& t, clock::time_point now, clock::duration longest) {
    const std::scoped_lock lock{mutex_};
    policy_.acquire(t, now, now + std::min<clock::duration>(longest, policy_.options().acquire_timeout));
    settle_if_needed();
}

void shard::withdraw(ticket& t) noexcept {
    const std::scoped_lock lock{mutex_};
    if (t.state() == ticket::state::granted) {
        auto& s = static_cast<pooled&>(t.granted());
        policy_.withdraw(t, clock::now(), s.condition());
    } else {
        policy_.withdraw(t, clock::now());
    }
    settle_if_needed();
}

void shard::cancel(ticket& t) {
    const std::scoped_lock lock{mutex_};
    policy_.cancel(t);
    settle_if_needed();
}

void shard::release(pooled& s) noexcept {
    tell_release(watcher(), s, s.process_id);
    const std::scoped_lock lock{mutex_};
    const auto now = clock::now();
    if (credentials_.changed()) policy_.renew_credentials(now);
    policy_.release(s, s.condition(), now);
    settle_if_needed();
}

awaitable<void> shard::end(policy::ending how, std::chrono::milliseconds timeout) {
    const auto self = shared_from_this();
    ending_waiter waiter{ending_, executor_};
    order([&](policy& p, clock::time_point now) { p.end(how, now, now + timeout); });
    boost::system::error_code ended;  // by end_waiting(); a caller that is cancelled hears of it when it waits again
    while (!is_over()) co_await waiter.timer().async_wait(asio::redirect_error(asio::use_awaitable, ended));
}

// Any thread.

pool_status shard::status() const {
    const std::scoped_lock lock{mutex_};
    return policy_.status(clock::now(), std::chrono::system_clock::now());
}

pool_options shard::options() const {
    const std::scoped_lock lock{mutex_};
    return policy_.options();
}

std::uint32_t shard::load() const {
    const std::scoped_lock lock{mutex_};
    return policy_.load();
}

bool shard::is_over() const {
    const std::scoped_lock lock{mutex_};
    return policy_.over();
}

void shard::settle_soon() {
    const std::scoped_lock lock{mutex_};
    post_settle();
}

// On the executor.

void shard::settle_if_needed() {
    if (policy_.has_news() || policy_.next_deadline() < armed_) post_settle();
}

void shard::post_settle() {
    if (std::exchange(settle_posted_, true)) return;
    asio::post(executor_, [self = shared_from_this()] { self->settle(); });
}

// Does what the policy wants done: never from inside of a caller's own call.
void shard::settle() {
    std::unique_lock lock{mutex_};
    settle_posted_ = false;
    if (credentials_.changed()) policy_.renew_credentials(clock::now());
    while (auto* s = policy_.next_task()) {
        lock.unlock();
        begin(static_cast<pooled&>(*s));
        lock.lock();
    }
    while (const auto s = policy_.next_starvation()) tell(*s);
    while (auto* t = policy_.next_done()) {
        lock.unlock();
        async::wake(*static_cast<async::waiter*>(t->waiter), executor_);
        lock.lock();
    }
    if (policy_.must_abort(clock::now())) abort_now();
    if (policy_.over()) return end_waiting();
    meet(policy_.next_deadline());
}

void shard::end_waiting() {
    timer_.cancel();
    for (auto* timer : ending_) timer->expires_at(clock::time_point::min());
}

void shard::meet(clock::time_point when) {
    when = std::min(when, clock::now() + longest_sleep);
    if (when >= armed_) return;
    armed_ = when;
    timer_.expires_at(when);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& failed) {
        if (!failed) self->on_timer();
    });
}

void shard::on_timer() {
    {
        const std::scoped_lock lock{mutex_};
        armed_ = clock::time_point::max();
        policy_.tick(clock::now());
    }
    settle();
}

void shard::tell(const starvation& s) const {
    using std::chrono::duration_cast, std::chrono::microseconds;
    const auto waiting = s.waiting.to_string(), holding = s.holding.to_string();
    observe::tell(setup_->watcher.get(), starvation_event{.waiting = waiting,
                                                          .holding = holding,
                                                          .waited = duration_cast<microseconds>(s.waited),
                                                          .held = duration_cast<microseconds>(s.held)});
}

void shard::tell(const pooled& s, pool_change what) const {
    observe::tell(setup_->watcher.get(),
                  pool_connection_event{.process_id = s.process_id, .what = what, .reason = s.reason()});
}

void shard::abort() {
    asio::post(executor_, [self = shared_from_this()] {
        self->order([](policy& p, clock::time_point now) { p.end(policy::ending::close, now, now); });
    });
}

void shard::abort_now() {
    policy_.aborted();
    for (const auto& s : policy_.slots()) {
        auto& one = static_cast<pooled&>(*s);
        one.stop->emit(asio::cancellation_type::terminal);
        if (one.db != nullptr) one.db->close();
    }
}

void shard::cut_off(const error& why) {
    const std::scoped_lock lock{mutex_};
    policy_.cut_off(why, clock::now());
    asio::post(executor_, [self = shared_from_this(), why] { self->end_discarded(why); });
    post_settle();
}

void shard::end_discarded(const error& why) {
    std::vector<pooled*> gone;
    {
        const std::scoped_lock lock{mutex_};
        for (const auto& s : policy_.slots())
            if (policy_.is_discarded(*s)) gone.push_back(static_cast<pooled*>(s.get()));
    }
    for (auto* s : gone) {
        if (s->db == nullptr) s->stop->emit(asio::cancellation_type::terminal);
        else if (s->db->target().core != nullptr) async::cut_off(*s->db->target().core, why);
    }
}

// The connection of an idle slot has ended by itself.
void shard::on_lost(const pooled* s) {
    const std::scoped_lock lock{mutex_};
    for (const auto& one : policy_.slots()) {
        if (one.get() != s || one->state() != slot::state::idle) continue;
        policy_.lost(*one, async::closed_by(*s->db->target().core), clock::now());
        break;
    }
    settle_if_needed();
}

}  // namespace howdah::pooling
