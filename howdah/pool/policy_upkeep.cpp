// What time and orders do to a pool.

#include <algorithm>
#include <utility>

#include "howdah/pool/policy.hpp"

namespace howdah::pooling {
namespace {

constexpr auto never = clock::time_point::max();
constexpr auto limit_grows_every = std::chrono::seconds{1};

}  // namespace

void policy::tick(clock::time_point now) {
    expire_tickets(now);
    keep_limit(now);
    keep_idle(now);
    serve(now);
    plan_wake(now);
}

void policy::expire_tickets(clock::time_point now) {
    for (auto i = waiting_.begin(); i != waiting_.end();) {
        auto& t = *i++;
        if (t.deadline_ <= now) {
            refuse(t, wait_error(t, now));
        } else if (!t.slow_told_ && options_.slow_acquire.count() > 0 && t.since_ + options_.slow_acquire <= now) {
            tell_slow(t, now);
        }
    }
}

void policy::keep_limit(clock::time_point now) {
    if (limit_grows_at_ > now) return;
    ++limit_;
    limit_grows_at_ = limit_ < options_.max_connections ? now + limit_grows_every : never;
}

// From the one that was used longest ago.
void policy::keep_idle(clock::time_point now) {
    for (auto i = idle_.end(); i != idle_.begin();) {
        auto& s = *--i;
        const bool unused = options_.idle_timeout.count() > 0 && s.idle_since_ + options_.idle_timeout <= now &&
                            live() > options_.min_connections;
        const bool unheard =
            options_.health_check_interval.count() > 0 && s.checked_ + options_.health_check_interval <= now;
        const auto why = unused ? "idle_timeout" : must_go(s, now);
        if (why.empty() && !unheard) continue;
        i = idle_.erase(i);
        if (why.empty()) {
            order_back(s, task::check, now);
        } else {
            order_close(s, why);
        }
    }
}

void policy::plan_wake(clock::time_point now) {
    wakes_at_ = ending_ && !aborted_ ? ends_at_ : never;
    if (limit_grows_at_ != never) wake_at(limit_grows_at_);
    for (const auto& s : idle_) wake_at(due(s));
    for (const auto& t : waiting_) {
        wake_at(t.deadline_);
        if (!t.slow_told_ && options_.slow_acquire.count() > 0) wake_at(t.since_ + options_.slow_acquire);
    }
    open_what_is_wanted(now);
    replace_outdated(now);
}

// Whoever waits on a strand that holds a connection, and does nothing with it, may wait for itself.
void policy::look_for_starvation(const ticket& t, clock::time_point now) {
    if (t.strand_ == nullptr || size() < limit_) return;
    for (const auto& s : slots_)
        if (s->state_ == slot::state::leased && s->strand_ == t.strand_ && !s->at_work())
            return report_starvation(t, *s, now);
}

void policy::tell_slow(ticket& t, clock::time_point now) {
    t.slow_told_ = true;
    const slot* longest = nullptr;
    for (const auto& s : slots_)
        if (s->state_ == slot::state::leased && (longest == nullptr || s->leased_since_ < longest->leased_since_))
            longest = s.get();
    if (longest != nullptr) report_starvation(t, *longest, now);
}

// At most one a second: where one caller starves, many do.
void policy::report_starvation(const ticket& t, const slot& holding, clock::time_point now) {
    if (starvation_told_ != clock::time_point::min() && now - starvation_told_ < std::chrono::seconds{1}) return;
    starvation_told_ = now;
    starvations_.push_back({.waiting = t.where_,
                            .holding = holding.holder_,
                            .waited = now - t.since_,
                            .held = now - holding.leased_since_});
}

// Orders.

void policy::reconfigure(const pool_options& options, clock::time_point now) {
    options.validate();
    options_ = options;
    limit_ = options.max_connections;
    limit_grows_at_ = never;
    tick(now);
}

void policy::renew_credentials(clock::time_point now) {
    ++epoch_;
    renewing_ = true;
    try_now(now);
}

void policy::try_now(clock::time_point now) {
    backoff_.reset();
    tick(now);
}

void policy::discard_all(clock::time_point now) {
    discarded_before_ = ++epoch_;
    try_now(now);
}

// The backoff goes on: nothing says that another attempt is worth while.
void policy::cut_off(const error& why, clock::time_point now) {
    refuse_all(why);
    discarded_before_ = ++epoch_;
    std::erase_if(slots_, [&](const auto& s) {
        if (s->task_ != task::connect || s->told_) return false;
        end_task(*s);
        return true;
    });
    tick(now);
}

void policy::aborted() {
    aborted_ = true;
    refuse_all(error{errc::pool_closed, "the pool was closed while this call waited in it"});
}

void policy::end(enum ending how, clock::time_point now, clock::time_point deadline) {
    ending_ = true;
    ends_at_ = std::min(ends_at_, deadline);
    if (how == ending::close) refuse_all(error{errc::pool_closed, "the pool was closed while this call waited in it"});
    tick(now);
}

}  // namespace howdah::pooling
