#include "howdah/pool/policy.hpp"

#include <algorithm>
#include <utility>

namespace howdah::pooling {
namespace {

error closed_error() { return error{errc::pool_closed, "the pool is closed, or about to be"}; }

}  // namespace

policy::policy(const pool_options& options, const habits& h, maker make_slot, double (*draw)(), clock::time_point now)
    : options_{options},
      habits_{h},
      make_{std::move(make_slot)},
      draw_{draw},
      backoff_{draw},
      limit_{options.max_connections},
      made_{now} {
    options_.validate();
    open_what_is_wanted(now);
}

policy::~policy() {
    idle_.clear();
    tasks_.clear();
    waiting_.clear();
    done_.clear();
}

// Callers.

void policy::acquire(ticket& t, clock::time_point now, clock::time_point deadline) {
    t.since_ = now;
    t.deadline_ = deadline;
    if (ending_) return refuse(t, closed_error());
    if (take_at_once(t, now)) return;
    if (deadline <= now) return refuse(t, wait_error(t, now));
    if (waiting_.size() >= options_.max_waiting)
        return refuse(t, error{errc::queue_full, std::to_string(waiting_.size()) +
                                                     " callers wait for a connection of the pool already: raise "
                                                     "max_connections or max_waiting, or ask for less"}
                             .at(phase::queue));
    look_for_starvation(t, now);
    t.state_ = ticket::state::waiting;
    waiting_.push_back(t);
    wake_at(deadline);
    if (options_.slow_acquire.count() > 0) wake_at(now + options_.slow_acquire);
    serve(now);
}

bool policy::take_at_once(ticket& t, clock::time_point now) {
    if (!waiting_.empty()) return false;
    while (!idle_.empty()) {
        auto& s = idle_.front();
        if (const auto why = must_go(s, now); !why.empty()) {
            close_idle(s, why);
        } else if (needs_preparation(s, now) && !goes_unprepared(t, now)) {
            return false;
        } else {
            idle_.pop_front();
            lend(s, t, now);
            t.slot_ = &s;
            t.state_ = ticket::state::granted;
            return true;
        }
    }
    return false;
}

void policy::withdraw(ticket& t, clock::time_point now, enum condition how) noexcept {
    if (t.is_linked()) (t.state_ == ticket::state::waiting ? waiting_ : done_).erase(ticket_list::s_iterator_to(t));
    const bool granted = t.state_ == ticket::state::granted;
    t.state_ = ticket::state::idle;
    if (granted) release(*t.slot_, how, now);
}

void policy::cancel(ticket& t) {
    if (t.state_ == ticket::state::waiting)
        refuse(t, error{errc::cancelled, "the call was cancelled while it waited for a connection of the pool"}.at(
                      phase::queue));
}

void policy::release(slot& s, enum condition how, clock::time_point now) {
    --leased_;
    s.strand_ = nullptr;
    s.holder_ = {};
    s.state_ = slot::state::busy;
    if (how == condition::broken) {
        ++broken_;
        order_close(s, "broken");
    } else if (how == condition::untidy || options_.on_return == recycle::clean || habits_.after_release) {
        order_back(s, task::recover, now);
    } else {
        s.idle_since_ = s.checked_ = now;
        offer(s, now);
    }
    if (!waiting_.empty() || renewing_ || s.task_ == task::close) serve(now);
}

void policy::lend(slot& s, const ticket& t, clock::time_point now) noexcept {
    s.state_ = slot::state::leased;
    s.stale_ = false;
    s.holder_ = t.where_;
    s.strand_ = t.strand_;
    s.leased_since_ = now;
    ++leased_;
    ++acquired_;
}

void policy::grant(ticket& t, slot& s, clock::time_point now) {
    waiting_.erase(ticket_list::s_iterator_to(t));
    lend(s, t, now);
    t.slot_ = &s;
    t.state_ = ticket::state::granted;
    done_.push_back(t);
}

void policy::refuse(ticket& t, error why) {
    const bool waited = t.state_ == ticket::state::waiting;
    t.failure_.emplace(std::move(why)).with_fate(fate::not_sent);
    t.state_ = ticket::state::refused;
    if (!waited) return;
    waiting_.erase(ticket_list::s_iterator_to(t));
    done_.push_back(t);
}

void policy::refuse_all(const error& why) {
    while (!waiting_.empty()) refuse(waiting_.front(), why);
}

error policy::wait_error(const ticket& t, clock::time_point now) const {
    using std::chrono::duration_cast, std::chrono::microseconds, std::chrono::milliseconds;
    auto words = "no connection of the pool was free within " +
                 std::to_string(duration_cast<milliseconds>(now - t.since_).count()) +
                 " ms: " + std::to_string(leased_) + " of " + std::to_string(limit_) + " in use, " +
                 std::to_string(connecting_) + " connecting, " + std::to_string(waiting_.size()) + " waiting";
    if (last_error_ && backoff_.failures() != 0) {
        words += "; connecting fails: " + std::string{last_error_->what()};
    } else if (last_error_ && last_error_at_ >= t.since_) {
        words += "; the last error meanwhile: " + std::string{last_error_->what()};
    }
    phase_times times{};
    times[static_cast<std::size_t>(phase::queue)] = duration_cast<microseconds>(now - t.since_);
    return error{errc::timed_out, std::move(words)}.at(phase::queue).with_times(times);
}

// Slots.

std::string_view policy::must_go(const slot& s, clock::time_point now) const noexcept {
    if (s.expires_ <= now) return "max_lifetime";
    if (is_discarded(s)) return "discarded";
    if (live() > options_.max_connections) return "max_connections";
    if (ending_ && waiting_.empty()) return "the pool ends";
    return {};
}

bool policy::needs_preparation(const slot& s, clock::time_point now) const noexcept {
    return habits_.before_acquire || is_stale(s, now);
}

// Whoever can't wait takes an idle connection as it is, dead or alive. What a hook does can't be left out.
bool policy::goes_unprepared(const ticket& t, clock::time_point now) const noexcept {
    return t.deadline_ <= now && !habits_.before_acquire;
}

bool policy::is_stale(const slot& s, clock::time_point now) const noexcept {
    return options_.on_return != recycle::fast && now - std::max(s.idle_since_, s.checked_) >= options_.ping_after;
}

void policy::order(slot& s, enum task what) {
    s.task_ = what;
    s.state_ = slot::state::busy;
    s.told_ = false;
    switch (what) {
        case task::none: return;
        case task::connect: ++connecting_; break;
        case task::close: ++closing_; break;
        case task::prepare:
        case task::check:
        case task::recover: ++coming_; break;
    }
    tasks_.push_back(s);
}

void policy::end_task(slot& s) noexcept {
    if (s.task_ != task::none && !s.told_) tasks_.erase(slot_list::s_iterator_to(s));
    switch (std::exchange(s.task_, task::none)) {
        case task::none: return;
        case task::connect: --connecting_; return;
        case task::close: --closing_; return;
        case task::prepare:
        case task::check:
        case task::recover: --coming_; return;
    }
}

// A connection is free: for whoever waits longest, else it rests.
void policy::offer(slot& s, clock::time_point now) {
    if (const auto why = must_go(s, now); !why.empty()) return order_close(s, why);
    if (waiting_.empty()) return rest(s, now);
    if (!needs_preparation(s, now)) return grant(waiting_.front(), s, now);
    s.stale_ = is_stale(s, now);
    order_back(s, task::prepare, now);
}

void policy::rest(slot& s, clock::time_point now) {
    s.state_ = slot::state::idle;
    s.idle_since_ = now;
    idle_.push_front(s);
    wake_at(due(s));
}

// When something is to be done about it, while it is idle.
clock::time_point policy::due(const slot& s) const noexcept {
    auto when = s.expires_;
    if (options_.idle_timeout.count() > 0 && live() > options_.min_connections)
        when = std::min(when, s.idle_since_ + options_.idle_timeout);
    if (options_.health_check_interval.count() > 0) when = std::min(when, s.checked_ + options_.health_check_interval);
    return when;
}

void policy::order_back(slot& s, enum task what, clock::time_point now) {
    s.coming_since_ = now;
    order(s, what);
}

// Callers don't wait for one whose hook, or server, takes its time, as long as another may be opened.
std::size_t policy::coming_soon(clock::time_point now) {
    constexpr auto patience = std::chrono::milliseconds{500};
    if (coming_ == 0) return 0;
    std::size_t soon = 0;
    for (const auto& s : slots_) {
        if (s->task_ == task::none || s->task_ == task::connect || s->task_ == task::close) continue;
        if (s->coming_since_ + patience <= now) continue;
        ++soon;
        wake_at(s->coming_since_ + patience);
    }
    return soon;
}

void policy::order_close(slot& s, std::string_view why) {
    s.reason_ = why;
    order(s, task::close);
}

void policy::close_idle(slot& s, std::string_view why) {
    idle_.erase(slot_list::s_iterator_to(s));
    order_close(s, why);
}

// Callers that wait have what is idle, and more is opened for those that are left.
void policy::serve(clock::time_point now) {
    if (ending_ && waiting_.empty())
        while (!idle_.empty()) close_idle(idle_.back(), "the pool ends");
    while (!waiting_.empty() && !idle_.empty()) {
        auto& s = idle_.front();
        if (needs_preparation(s, now) && must_go(s, now).empty() && coming_soon(now) >= waiting_.size()) break;
        const auto idle_since = s.idle_since_;
        idle_.pop_front();
        s.idle_since_ = idle_since;
        offer(s, now);
    }
    replace_outdated(now);
    open_what_is_wanted(now);
}

void policy::open_what_is_wanted(clock::time_point now) {
    const auto on_their_way = connecting_ + (waiting_.empty() ? 0 : coming_soon(now));
    const auto callers = waiting_.size() > on_their_way ? waiting_.size() - on_their_way : 0;
    const auto background =
        ending_ ? 0
                : std::max<std::size_t>(live() < options_.min_connections ? options_.min_connections - live() : 0,
                                        to_replace_);
    const auto room = limit_ > size() ? limit_ - size() : 0;
    auto wanted = std::min(std::max(callers, background), room);
    if (wanted == 0) return;
    if (options_.max_connecting != 0)
        wanted =
            std::min<std::size_t>(wanted, options_.max_connecting - std::min(connecting_, options_.max_connecting));
    if (backoff_.failures() != 0) wanted = connecting_ == 0 ? 1 : 0;  // one probes for all
    if (wanted == 0) return;
    const auto when = backoff_.until(waiting_.empty() ? demand::background : demand::caller);
    if (when > now) return wake_at(when);
    for (; wanted != 0; --wanted) {
        (void)open();
        if (to_replace_ != 0) --to_replace_;
    }
}

slot& policy::open() {
    auto& s = *slots_.emplace_back(make_());
    s.epoch_ = epoch_;
    s.round_ = round_;
    order(s, task::connect);
    return s;
}

// One connection with older credentials after the other: the new one first, where there is room for both.
void policy::replace_outdated(clock::time_point now) {
    if (!renewing_ || ending_ || !waiting_.empty() || connecting_ != 0 || closing_ != 0) return;
    renewing_ = std::ranges::any_of(slots_, [&](const auto& s) { return is_outdated(*s); });
    const auto old = std::find_if(idle_.rbegin(), idle_.rend(), [&](const slot& s) { return is_outdated(s); });
    if (old == idle_.rend()) return;
    const auto when = backoff_.until(demand::background);
    if (when > now) return wake_at(when);
    if (size() < limit_) {
        open().replaces_ = true;
    } else if (backoff_.failures() == 0) {
        close_idle(*old, "older credentials");
        ++to_replace_;
    }
}

void policy::remove(slot& s) {
    slots_.erase(std::find_if(slots_.begin(), slots_.end(), [&](const auto& one) { return one.get() == &s; }));
}

// The shell's side.

slot* policy::next_task() noexcept {
    if (tasks_.empty()) return nullptr;
    auto& s = tasks_.front();
    tasks_.pop_front();
    s.told_ = true;
    return &s;
}

ticket* policy::next_done() noexcept {
    if (done_.empty()) return nullptr;
    auto& t = done_.front();
    done_.pop_front();
    return &t;
}

std::optional<starvation> policy::next_starvation() noexcept {
    if (starvations_.empty()) return std::nullopt;
    const auto last = starvations_.back();
    starvations_.pop_back();
    return last;
}

}  // namespace howdah::pooling
