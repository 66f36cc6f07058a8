// The threads of a blocking pool: one for time, and those that connect, check, clean and close.

#include <algorithm>
#include <system_error>
#include <utility>

#include "howdah/pool/detail/pool_core.hpp"

namespace howdah::blocking::detail {
namespace {

using namespace std::chrono_literals;

constexpr auto never = clock::time_point::max();
constexpr std::size_t workers = 4;
// One that is at its task for longer may be stuck, and doesn't count.
constexpr auto stuck_after = 1s;
// Where the system has no thread to give.
constexpr auto next_try = 100ms;

}  // namespace

void pool_core::keep_time() {
    std::unique_lock lock{mutex_};
    while (stage_ == stage::open) {
        const auto now = clock::now();
        cut_off_at_end(now);
        if (credentials_.changed()) policy_.renew_credentials(now);
        if (policy_.next_deadline() <= now) policy_.tick(now);
        settle();
        if (!starving_.empty()) {
            tell_starvations(lock);
            continue;
        }
        wakes_at_ = std::min(policy_.next_deadline(), staff(now));
        if (wakes_at_ == never) {
            time_.wait(lock);
        } else {
            time_.wait_until(lock, wakes_at_);
        }
        wakes_at_ = clock::time_point::min();
    }
}

// Makes the worker that a task waits for. Gives when to look again.
clock::time_point pool_core::staff(clock::time_point now) {
    if (!policy_.has_task() || idle_workers_ != 0) return never;
    std::size_t at_work = 0;
    auto oldest = never;
    for (const auto& w : workers_)
        if (w.busy_since > now - stuck_after) {
            ++at_work;
            oldest = std::min(oldest, w.busy_since);
        }
    if (at_work >= workers) return oldest + stuck_after;
    auto& fresh = workers_.emplace_back();
    fresh.busy_since = now;
    try {
        fresh.thread = std::jthread{[this, &fresh] { work(fresh); }};
    } catch (const std::system_error&) {
        workers_.pop_back();
        return now + next_try;
    }
    return never;  // it asks for another if there is more
}

void pool_core::work(worker& self) {
    std::unique_lock lock{mutex_};
    for (;;) {
        if (policy_.has_task()) {
            do_next_task(lock, &self);
        } else if (stage_ != stage::open) {
            return;
        } else {
            self.busy_since = never;
            ++idle_workers_;
            work_.wait(lock);
            --idle_workers_;
        }
    }
}

void pool_core::do_next_task(std::unique_lock<std::mutex>& lock, worker* self) {
    auto& s = static_cast<pooled_slot&>(*policy_.next_task());
    if (policy_.has_task() && self != nullptr) summon();
    if (self != nullptr) self->busy_since = clock::now();
    const auto options = policy_.options();
    auto config = config_;
    const auto connecting = connecting_.get_token();
    lock.unlock();
    auto failure = do_task(s, options, std::move(config), connecting);
    lock.lock();
    policy_.finished(s, std::move(failure), clock::now());
    settle();
}

std::optional<error> pool_core::do_task(pooled_slot& s, const pool_options& options,
                                        std::shared_ptr<const connection_config> config,
                                        const std::stop_token& connecting) {
    using pooling::task;
    auto* const watcher = ways_.watcher.get();
    try {
        switch (s.task()) {
            case task::none: break;
            case task::connect:
                s.connect(std::move(config), ways_, connecting);
                observe::tell(watcher,
                              pool_connection_event{.process_id = s.process_id(), .what = pool_change::opened});
                break;
            case task::prepare: s.prepare(options, ways_); break;
            case task::check: s.check(options); break;
            case task::recover: s.recover(options, ways_); break;
            case task::close:
                observe::tell(watcher,
                              pool_connection_event{
                                  .process_id = s.process_id(), .what = pool_change::closed, .reason = s.reason()});
                close(s);
                break;
        }
    } catch (const error& e) {
        return e;
    } catch (const std::exception& e) {
        return error{errc::connection_closed, e.what()};
    }
    return std::nullopt;
}

// It is closed in any case, so nobody else need know what before_close has thrown.
void pool_core::close(pooled_slot& s) {
    try {
        s.close(ways_);
    } catch (const error& e) {
        observe::tell(ways_.watcher.get(), warning_event{.what = e.what(), .host = e.host()});
    }
}

}  // namespace howdah::blocking::detail
