#include "howdah/pool/detail/pool_core.hpp"

#include <algorithm>
#include <utility>

#include "howdah/core/retry.hpp"
#include "howdah/pool/detail/release.hpp"

namespace howdah::blocking::detail {
namespace {

using std::chrono::duration_cast, std::chrono::microseconds;

// Stands for this thread, among those that live.
const void* this_thread() noexcept {
    static thread_local const char here = 0;
    return &here;
}

clock::time_point after(clock::time_point now, std::chrono::milliseconds wait) noexcept {
    constexpr std::chrono::hours longest{24 * 365};  // what is said to be endless must not overflow
    return now + std::min<std::chrono::milliseconds>(wait, longest);
}

}  // namespace

struct pool_core::waiter {
    std::condition_variable woken;
};

pool_core::pool_core(const connection_config& config, const pool_options& options, pool_ways ways)
    : ways_{std::move(ways)},
      config_{std::make_shared<const connection_config>(config)},
      credentials_{config},
      policy_{options,
              {.before_acquire = static_cast<bool>(ways_.hooks.before_acquire),
               .after_release = static_cast<bool>(ways_.hooks.after_release)},
              [] { return std::make_unique<pooled_slot>(); },
              howdah::core::draw,
              clock::now()},
      timekeeper_{[this] { keep_time(); }} {}

pool_core::~pool_core() { stop(); }

// Callers.

pooled_slot& pool_core::acquire(const pooling::place& where, const wish& w) {
    if (w.stop.stop_requested()) throw error{errc::cancelled, "the call was asked to stop before it began"};
    pooling::ticket t{where, this_thread()};
    waiter me;
    t.waiter = &me;
    const auto since = clock::now();
    {
        std::unique_lock lock{mutex_};
        const auto deadline = after(since, w.at_most ? *w.at_most : policy_.options().acquire_timeout);
        policy_.acquire(t, since, deadline);
        settle();
        if (!starving_.empty()) tell_starvations(lock);
        if (!t.done()) await(t, me, w.stop, lock, deadline);
    }
    const bool refused = t.state() == pooling::ticket::state::refused;
    if (ways_.watcher != nullptr)
        observe::tell(ways_.watcher.get(), acquire_event{.waited = duration_cast<microseconds>(clock::now() - since),
                                                         .failure = refused ? &t.failure() : nullptr});
    if (refused) throw error{t.failure()};
    return static_cast<pooled_slot&>(t.granted());
}

void pool_core::await(pooling::ticket& t, waiter& w, const std::stop_token& stop, std::unique_lock<std::mutex>& lock,
                      clock::time_point deadline) {
    std::optional<std::stop_callback<std::function<void()>>> wake;
    if (stop.stop_possible()) {
        lock.unlock();  // asked to stop already, it is called here
        wake.emplace(stop, [this, &w] {
            const std::lock_guard hold{mutex_};
            w.woken.notify_one();
        });
        lock.lock();
    }
    while (!t.done() && !stop.stop_requested()) {
        if (w.woken.wait_until(lock, deadline) == std::cv_status::no_timeout || t.done()) continue;
        policy_.tick(clock::now());
        settle();
    }
    const bool done = t.done();
    if (!done) {
        policy_.withdraw(t, clock::now());
        settle();
    }
    if (wake) {
        lock.unlock();  // a callback that runs now needs it to end
        wake.reset();
        lock.lock();
    }
    if (!done)
        throw error{
            error{errc::cancelled, "the call was asked to stop while it waited for a connection of the pool"}.at(
                phase::queue)};
}

void pool_core::release(pooled_slot& s) noexcept {
    const auto how = s.condition();
    pooling::tell_release(ways_.watcher.get(), s, s.process_id());
    std::unique_lock lock{mutex_};
    const auto now = clock::now();
    if (credentials_.changed()) policy_.renew_credentials(now);
    policy_.release(s, how, now);
    settle();
    if (stage_ == stage::stopped)  // no thread is left to close it
        while (policy_.has_task()) do_next_task(lock, nullptr);
}

// What follows from what the policy was told. Under the lock.
void pool_core::settle() {
    while (auto* t = policy_.next_done()) static_cast<waiter*>(t->waiter)->woken.notify_one();
    collect_starvations();
    if (policy_.has_task()) summon();
    if (policy_.next_deadline() < wakes_at_) time_.notify_one();
    if (policy_.over()) over_.notify_all();
}

void pool_core::summon() noexcept {
    if (idle_workers_ != 0) {
        work_.notify_one();
    } else {
        time_.notify_one();  // which sees to it that there are some
    }
}

void pool_core::collect_starvations() {
    while (const auto s = policy_.next_starvation())
        if (ways_.watcher != nullptr)
            starving_.push_back({.waiting = s->waiting.to_string(),
                                 .holding = s->holding.to_string(),
                                 .waited = duration_cast<microseconds>(s->waited),
                                 .held = duration_cast<microseconds>(s->held)});
}

void pool_core::tell_starvations(std::unique_lock<std::mutex>& lock) {
    const auto all = std::exchange(starving_, {});
    lock.unlock();
    for (const auto& s : all)
        observe::tell(ways_.watcher.get(),
                      starvation_event{.waiting = s.waiting, .holding = s.holding, .waited = s.waited, .held = s.held});
    lock.lock();
}

// Orders.

void pool_core::connect_as(const connection_config& config) {
    auto fresh = std::make_shared<const connection_config>(config);
    const std::lock_guard lock{mutex_};
    config_ = std::move(fresh);
    credentials_ = pooling::credential_watch{config};
    policy_.renew_credentials(clock::now());
    settle();
}

void pool_core::cut_off(const error& why) {
    using pooling::task;
    const std::lock_guard lock{mutex_};
    policy_.cut_off(why, clock::now());
    if (!connecting_.stop_requested()) {
        (void)connecting_.request_stop();
        connecting_ = {};
    }
    for (const auto& s : policy_.slots())
        if (policy_.is_discarded(*s) && s->task() != task::connect) static_cast<pooled_slot&>(*s).interrupt(why);
    settle();
}

bool pool_core::end(pooling::policy::ending how, std::chrono::milliseconds timeout) {
    const auto now = clock::now();
    const auto deadline = after(now, timeout);
    std::unique_lock lock{mutex_};
    if (how == pooling::policy::ending::close) (void)connecting_.request_stop();
    policy_.end(how, now, deadline);
    settle();
    while (!policy_.over() && !policy_.must_abort(clock::now()))
        if (over_.wait_until(lock, deadline) == std::cv_status::timeout) break;
    // One that was cut off may have come back since.
    const bool all_came_back = policy_.slots().empty() && !has_cut_off_;
    cut_off_at_end(clock::now());
    settle();
    return all_came_back;
}

void pool_core::stop() noexcept {
    {
        const std::lock_guard lock{mutex_};
        (void)connecting_.request_stop();
        if (stage_ != stage::open) return;
        stage_ = stage::stopping;
        const auto now = clock::now();
        policy_.end(pooling::policy::ending::close, now, now);
        cut_off_at_end(now);
        settle();
        time_.notify_all();
        work_.notify_all();
    }
    timekeeper_ = {};
    for (auto& w : workers_) w.thread = {};
    std::unique_lock lock{mutex_};
    stage_ = stage::stopped;
    while (policy_.has_task()) do_next_task(lock, nullptr);
}

// Whoever is at it with a connection learns by its end.
void pool_core::cut_off_at_end(clock::time_point now) {
    if (!policy_.must_abort(now)) return;
    (void)connecting_.request_stop();
    for (const auto& s : policy_.slots())
        if (s->state() == pooling::slot::state::leased) {
            static_cast<pooled_slot&>(*s).interrupt();
            has_cut_off_ = true;
        }
    policy_.aborted();
}

pool_status pool_core::status() const {
    const std::lock_guard lock{mutex_};
    return policy_.status(clock::now(), std::chrono::system_clock::now());
}

std::chrono::milliseconds pool_core::acquire_timeout() const {
    const std::lock_guard lock{mutex_};
    return policy_.options().acquire_timeout;
}

// Leases.

pool_core::wish wish_of(const pool_core& of, const call_options& o) {
    if (!o.timeout || o.timeout->count() <= 0) return {.at_most = {}, .stop = o.stop};
    return {.at_most = std::min(*o.timeout, of.acquire_timeout()), .stop = o.stop};
}

pool_lender::~pool_lender() {
    if (slot_ != nullptr) pool_->release(*slot_);
}

const std::shared_ptr<connection_core>& pool_lender::lend() {
    if (slot_ == nullptr) slot_ = &pool_->acquire(pooling::place::of(statement_), wish_of(*pool_, options_));
    return slot_->core();
}

}  // namespace howdah::blocking::detail
