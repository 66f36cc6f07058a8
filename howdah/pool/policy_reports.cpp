// What a pool's shell reports of its tasks, and what becomes of it.

#include <algorithm>
#include <utility>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/pool/policy.hpp"

namespace howdah::pooling {

void policy::finished(slot& s, std::optional<error> failure, clock::time_point now) {
    switch (s.task_) {
        case task::none: return;
        case task::connect: return failure ? connect_failed(s, std::move(*failure), now) : connected(s, now);
        case task::prepare:
        case task::check:
        case task::recover: return failure ? lost(s, std::move(*failure), now) : ready(s, now);
        case task::close: return closed(s, now);
    }
}

void policy::connected(slot& s, clock::time_point now) {
    end_task(s);
    backoff_.succeeded();
    ++opened_;
    s.idle_since_ = s.checked_ = now;
    if (options_.max_lifetime.count() > 0)
        s.expires_ = now + std::chrono::duration_cast<clock::duration>(options_.max_lifetime * (0.5 + draw_() / 2));
    if (std::exchange(s.replaces_, false)) {
        const auto old = std::find_if(idle_.rbegin(), idle_.rend(), [&](const slot& one) { return is_outdated(one); });
        if (old != idle_.rend()) close_idle(*old, "older credentials");
    }
    offer(s, now);
    serve(now);
}

void policy::connect_failed(slot& s, error why, clock::time_point now) {
    end_task(s);
    if (is_discarded(s)) {  // it was to lead to what is gone, and tells nothing of what is there now
        remove(s);
        return serve(now);
    }
    if (s.round_ == round_) {
        ++round_;
        backoff_.failed(why, options_, now);
        for (auto& t : waiting_) ++t.failures_seen_;
    }
    remove(s);
    if (why.state() == too_many_connections) {
        constexpr auto pause = std::chrono::seconds{10};
        limit_ = static_cast<std::uint32_t>(std::clamp<std::size_t>(live(), 1, options_.max_connections));
        limit_grows_at_ = now + pause;
        wake_at(limit_grows_at_);
    }
    refuse_without_hope(why);
    blame(why, now);
    serve(now);
}

// As long as a connection is left, it may come back to whoever waits; and one that is on its way may succeed where the
// failure was one that passes.
void policy::refuse_without_hope(const error& why) {
    const bool passes = may_pass(why);
    if (live() != (passes ? 0 : connecting_)) return;
    for (auto i = waiting_.begin(); i != waiting_.end();) {
        auto& t = *i++;
        if (!passes || t.failures_seen_ >= options_.connect_attempts) refuse(t, why);
    }
}

void policy::ready(slot& s, clock::time_point now) {
    const auto did = s.task_;
    end_task(s);
    s.checked_ = now;
    if (did == task::prepare && !waiting_.empty() && must_go(s, now).empty()) {
        grant(waiting_.front(), s, now);
    } else if (did == task::check && waiting_.empty() && must_go(s, now).empty()) {
        s.state_ = slot::state::idle;  // since when it was: a sign of life is no use of it
        const auto newer = std::find_if(idle_.rbegin(), idle_.rend(),
                                        [&](const slot& one) { return one.idle_since_ >= s.idle_since_; });
        idle_.insert(newer.base(), s);
        wake_at(due(s));
    } else {
        s.idle_since_ = now;
        offer(s, now);
    }
    serve(now);
}

void policy::lost(slot& s, error why, clock::time_point now) {
    if (s.state_ == slot::state::idle) idle_.erase(slot_list::s_iterator_to(s));
    end_task(s);
    ++broken_;
    blame(why, now);
    order_close(s, "lost");
    serve(now);
}

void policy::closed(slot& s, clock::time_point now) {
    end_task(s);
    remove(s);
    serve(now);
}

void policy::blame(const error& why, clock::time_point now) {
    last_error_ = why;
    last_error_at_ = now;
}

pool_status policy::status(clock::time_point now, std::chrono::system_clock::time_point wall) const {
    const auto at_wall = [&](clock::time_point when) {
        return wall - std::chrono::duration_cast<std::chrono::system_clock::duration>(now - when);
    };
    return {.size = static_cast<std::uint32_t>(size() - connecting_),
            .idle = static_cast<std::uint32_t>(idle_.size()),
            .in_use = leased_,
            .connecting = connecting_,
            .waiting = static_cast<std::uint32_t>(waiting_.size()),
            .limit = limit_,
            .acquired = acquired_,
            .opened = opened_,
            .broken = broken_,
            .last_error = last_error_,
            .last_error_at = last_error_ ? at_wall(last_error_at_) : std::chrono::system_clock::time_point{},
            .since = at_wall(made_)};
}

}  // namespace howdah::pooling
