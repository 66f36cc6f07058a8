#pragma once

#include <boost/intrusive/list.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "howdah/pool/backoff.hpp"
#include "howdah/pool/pool_options.hpp"
#include "howdah/pool/pool_status.hpp"
#include "howdah/pool/slot.hpp"
#include "howdah/pool/ticket.hpp"

namespace howdah::pooling {

/// A caller waits for a connection that its own strand holds, or has waited long.
struct starvation {
    place waiting, holding;
    clock::duration waited{}, held{};
};

/// What is between two borrowers, besides what the options say.
struct habits {
    bool before_acquire = false, after_release = false;  // there are such hooks
};

/// How a borrower leaves a connection.
enum class condition : std::uint8_t {
    clean,   // all is answered, no transaction is open
    untidy,  // something is still open or on its way
    broken,  // it is lost, or nobody knows
};

/// A pool without its connections: who gets which, when one is opened, checked and closed. No I/O, no clock and no
/// lock: a shell calls it from one strand or under one mutex, does the tasks and wakes the callers:
///
///     while (auto* s = p.next_task()) ...      // do s->task(), then report
///     while (auto* t = p.next_done()) ...      // wake its caller
///     wait until p.next_deadline(), then p.tick(now)
///
/// Callers are served in the order in which they came; connections are lent last in, first out.
class policy {
public:
    using maker = std::function<std::unique_ptr<slot>()>;

    /// `draw` in [0, 1) is for lifetimes and backoff.
    policy(const pool_options& options, const habits& h, maker make_slot, double (*draw)(), clock::time_point now);
    policy(const policy&) = delete;
    policy& operator=(const policy&) = delete;
    ~policy();

    // Callers.

    /// Grants it at once, refuses it at once, or lets it wait until `deadline` at most.
    void acquire(ticket& t, clock::time_point now, clock::time_point deadline);
    /// Its caller goes away. A slot that was granted comes back, as `how` says.
    void withdraw(ticket& t, clock::time_point now, enum condition how = condition::clean) noexcept;
    /// Its caller wants to hear no more than that: refused with errc::cancelled, if it still waits.
    void cancel(ticket& t);
    void release(slot& s, enum condition how, clock::time_point now);

    // Reports.

    /// Its task is done, or has failed: whichever of those below that is.
    void finished(slot& s, std::optional<error> failure, clock::time_point now);
    void connected(slot& s, clock::time_point now);
    void connect_failed(slot& s, error why, clock::time_point now);
    void ready(slot& s, clock::time_point now);
    /// A task has failed, or an idle connection was lost: it has to be closed.
    void lost(slot& s, error why, clock::time_point now);
    void closed(slot& s, clock::time_point now);

    // Orders.

    void tick(clock::time_point now);
    void reconfigure(const pool_options& options, clock::time_point now);
    /// There are new credentials: connections with older ones are replaced, one at a time, while nobody needs them.
    void renew_credentials(clock::time_point now);
    /// A failover, or something else that makes another attempt worth while at once.
    void try_now(clock::time_point now);
    /// Every idle connection is closed, and those in use when they come back: what they lead to is gone.
    void discard_all(clock::time_point now);
    /// The same, and whoever waits is refused with `why`: nobody answers there. The shell ends what is_discarded(), in use
    /// or connecting.
    void cut_off(const error& why, clock::time_point now);
    enum class ending : std::uint8_t { drain, close };  // callers that wait are served; or refused
    /// New callers are refused; over() when all connections are closed. Those still in use at `deadline` are given
    /// back as they are.
    void end(enum ending how, clock::time_point now, clock::time_point deadline);

    // The shell's side.

    /// One of these has something, or over() is true.
    bool has_news() const noexcept { return !tasks_.empty() || !done_.empty() || !starvations_.empty() || over(); }
    slot* next_task() noexcept;
    /// It leads to what discard_all() or cut_off() was told is gone.
    bool is_discarded(const slot& s) const noexcept { return s.epoch_ < discarded_before_; }
    bool has_task() const noexcept { return !tasks_.empty(); }
    ticket* next_done() noexcept;
    std::optional<starvation> next_starvation() noexcept;
    clock::time_point next_deadline() const noexcept { return wakes_at_; }
    /// The deadline of end() has passed: the connections that are still in use are to be closed by force.
    bool must_abort(clock::time_point now) const noexcept { return ending_ && !aborted_ && now >= ends_at_; }
    /// The shell has closed them; their slots stay until they are given back. Callers that still wait are refused.
    void aborted();
    bool over() const noexcept { return ending_ && size() == (aborted_ ? leased_ : 0); }

    /// `now` and `wall` are the same moment.
    pool_status status(clock::time_point now, std::chrono::system_clock::time_point wall) const;
    /// Callers that have a connection, or wait for one.
    std::uint32_t load() const noexcept { return leased_ + static_cast<std::uint32_t>(waiting_.size()); }
    const pool_options& options() const noexcept { return options_; }
    const std::vector<std::unique_ptr<slot>>& slots() const noexcept { return slots_; }

private:
    using slot_list = boost::intrusive::list<slot>;
    using ticket_list = boost::intrusive::list<ticket>;

    std::size_t size() const noexcept { return slots_.size(); }
    std::size_t live() const noexcept { return size() - closing_; }  // or will be
    bool is_outdated(const slot& s) const noexcept { return s.epoch_ < epoch_; }
    /// Why it is to be closed; empty: it is not.
    std::string_view must_go(const slot& s, clock::time_point now) const noexcept;
    bool is_stale(const slot& s, clock::time_point now) const noexcept;
    bool goes_unprepared(const ticket& t, clock::time_point now) const noexcept;
    bool needs_preparation(const slot& s, clock::time_point now) const noexcept;
    clock::time_point due(const slot& s) const noexcept;
    void wake_at(clock::time_point when) noexcept { wakes_at_ = std::min(wakes_at_, when); }

    void order(slot& s, enum task what);
    void order_back(slot& s, enum task what, clock::time_point now);
    std::size_t coming_soon(clock::time_point now);
    void end_task(slot& s) noexcept;
    void offer(slot& s, clock::time_point now);
    void rest(slot& s, clock::time_point now);
    void lend(slot& s, const ticket& t, clock::time_point now) noexcept;
    void grant(ticket& t, slot& s, clock::time_point now);
    void refuse(ticket& t, error why);
    void refuse_all(const error& why);
    void order_close(slot& s, std::string_view why);
    void close_idle(slot& s, std::string_view why);
    bool take_at_once(ticket& t, clock::time_point now);
    void serve(clock::time_point now);
    void open_what_is_wanted(clock::time_point now);
    slot& open();
    void replace_outdated(clock::time_point now);
    void keep_idle(clock::time_point now);
    void keep_limit(clock::time_point now);
    void expire_tickets(clock::time_point now);
    void plan_wake(clock::time_point now);
    void tell_slow(ticket& t, clock::time_point now);
    void look_for_starvation(const ticket& t, clock::time_point now);
    void report_starvation(const ticket& t, const slot& holding, clock::time_point now);
    void refuse_without_hope(const error& why);
    void blame(const error& why, clock::time_point now);
    void remove(slot& s);
    error wait_error(const ticket& t, clock::time_point now) const;

    pool_options options_;
    habits habits_;
    maker make_;
    double (*draw_)();
    std::vector<std::unique_ptr<slot>> slots_;
    slot_list idle_;   // the front is lent next
    slot_list tasks_;  // untold
    ticket_list waiting_, done_;
    std::vector<starvation> starvations_;
    backoff backoff_;
    std::uint32_t limit_;  // max_connections, or fewer while the server has no slots
    clock::time_point limit_grows_at_ = clock::time_point::max();
    std::uint64_t epoch_ = 0, discarded_before_ = 0;
    std::uint64_t round_ = 0;       // attempts that fail side by side are one failure
    bool renewing_ = false;         // there may be connections with older credentials
    std::uint32_t to_replace_ = 0;  // closed with nothing in their place yet
    std::uint32_t connecting_ = 0, coming_ = 0, leased_ = 0, closing_ = 0;
    bool ending_ = false, aborted_ = false;
    clock::time_point ends_at_ = clock::time_point::max();
    clock::time_point wakes_at_ = clock::time_point::max();
    clock::time_point made_, last_error_at_{}, starvation_told_ = clock::time_point::min();
    std::uint64_t acquired_ = 0, opened_ = 0, broken_ = 0;
    std::optional<error> last_error_;
};

}  // namespace howdah::pooling
