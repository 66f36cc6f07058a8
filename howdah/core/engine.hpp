#pragma once

#include <boost/intrusive/list.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "howdah/core/engine_options.hpp"
#include "howdah/core/inbox.hpp"
#include "howdah/core/operation.hpp"
#include "howdah/core/statement_cache.hpp"
#include "howdah/wire/session.hpp"

namespace howdah::core {

/// What the driver has to do about the request to cancel what the server works on.
enum class cancel_state : std::uint8_t {
    none,
    wanted,   // open a socket of its own, send a CancelRequest, wait for its end
    sent,     // the driver is at it; nothing new is sent meanwhile
    fenced,   // a Sync travels behind it: when it is answered, a late cancel can hit nobody any more
    closing,  // behind a pooler, where a fence proves nothing: once all is answered, the connection closes
};

/// How long a lease may last; zero: as long as it likes.
struct lease_limits {
    std::chrono::milliseconds timeout{};     // then it is rolled back
    std::chrono::milliseconds warn_after{};  // then the observer is told
    std::uint32_t attempt = 1;               // for observers
};

/// The driver of an engine, for the one thing that can't wait for its next turn.
class driver {
public:
    /// A caller went away and cancelling() is `wanted`, or there is output. Called from destructors: it only flags.
    virtual void attention() noexcept = 0;

protected:
    ~driver() = default;
};

/// A connection without its socket: who may send when, whose answer it is, what to do when a caller goes away, a
/// deadline passes or the server leaves. A driver pumps bytes, time and cancel requests through it.
///
/// Leases: calls without one are shared and pipelined, each with its own Sync. A transaction holds the lease; until
/// it ends, all others wait unsent. A script has the connection to itself.
class engine {
public:
    engine(engine_options options, driver& d);
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;
    /// Every call that is left ends with connection_closed.
    ~engine();

    // The caller's side.

    /// Runs `op` as soon as it may, up to its deadline. It may be done at once.
    void submit(operation& op, clock::time_point now);
    /// A paused call goes on, with a deadline of its own. It may be done, or paused again, at once.
    void resume(operation& op, clock::time_point now);
    /// The caller wants no answer any more: `op` ends as `cancelled`, and what the server does for it is cancelled too.
    void cancel(operation& op);
    /// The holder of a lease goes away: what is open is rolled back, then others have their turn.
    void release(lease_id lease);
    /// Whoever holds the lease loses it, as if it had gone away.
    void evict_holder() { release(holder_.id); }

    // The driver's side.

    bytes_view output() const noexcept { return session_.pending_output(); }
    void written(std::size_t n) noexcept;
    std::span<std::byte> input_space(std::size_t least) { return session_.input_space(least); }
    void commit(std::size_t n) noexcept { session_.commit(n); }
    /// Answers what was read, as long as holds_input() is false. False: the connection can't be used any more, and
    /// closed_by() says why.
    bool process(clock::time_point now);
    /// A paused call's caller looks at what was read: nothing may be read until it goes on or goes away.
    bool holds_input() const noexcept { return holding_ != nullptr; }
    /// The next call that is done or paused and whose driver has not been told; null: none.
    operation* next_done() noexcept;
    bool has_done() const noexcept { return !done_.empty(); }
    /// The socket has ended or failed. All calls end: with `unknown` if they were sent, else with `not_sent`.
    void lost(error why);
    /// The owner gives it up: as lost(), and no news for the observer.
    void close(error why);
    /// The moment at which expire() has something to do for the lease alone; max(): none.
    clock::time_point lease_deadline() const noexcept;
    /// The earliest moment at which expire() has something to do; max(): none.
    clock::time_point next_deadline() const noexcept;
    /// Ends or cancels the calls whose time is over. False: see process().
    bool expire(clock::time_point now);

    cancel_state cancelling() const noexcept { return cancel_; }
    /// The driver begins to send the CancelRequest.
    void cancel_begun() noexcept { cancel_ = cancel_state::sent; }
    /// The cancel's socket has ended (or was never opened).
    void cancel_ended();

    /// The server works on what nobody waits for any more: next_deadline() says when that is to be cancelled.
    bool head_is_unwanted() const noexcept {
        return session_.in_flight() != 0 && (session_.head() == nullptr || session_.head() == &failed_copy_);
    }

    bool open() const noexcept { return !closed_; }
    const std::optional<error>& closed_by() const noexcept { return closed_; }
    /// Nothing in flight, no transaction, nobody waiting.
    bool idle() const noexcept { return session_.clean() && waiting_.empty() && holder_.id == 0; }
    /// Calls that are sent and unanswered.
    std::size_t in_flight() const noexcept { return session_.in_flight(); }
    /// The only thing that could end this call's waiting is its own caller.
    bool waits_for_caller(const operation& op) const noexcept;

    /// Where notifications go; null: to the observer.
    void deliver_to(std::shared_ptr<inbox> to) noexcept { inbox_ = std::move(to); }

    // The operations' side.

    /// Opens an exchange for `op`; what must go in front (a BEGIN, a Close) is written first.
    bytes& open_exchange(operation& op);
    void close_exchange();
    void take_back_exchange(operation& op);
    /// `op` has more to send: now, or as soon as it may.
    void proceed(operation& op);
    void finish(operation& op);
    /// `op` has a part of its answer. `held`: views into what was read, so that reading stops until it is resumed.
    enum class input : std::uint8_t { flows, held };
    void pause(operation& op, enum input what);
    /// The exchange that `op` has just closed has no Sync yet: until it has, nothing of others is sent.
    void leave_open(const operation& op) noexcept { unfinished_ = &op; }
    /// It has.
    void has_ended(const operation& op);
    /// More for the exchange that `op` has left open.
    bytes& output_of(const operation& op);
    /// `op` pauses as soon as all output is written: what it sends is sent no faster than it is taken.
    void drain(operation& op);
    /// `op` is finished as soon as there is something in the inbox.
    void await_notification(operation& op) noexcept { listening_ = &op; }
    /// Ends the COPY FROM STDIN of the exchange that `op` has left open: nothing of it is stored. The server's
    /// CopyInResponse may still be on its way.
    void fail_copy_in(const operation& op, std::string_view reason);
    /// A name for a portal, that no other of this connection has.
    std::string new_portal();
    std::string new_portal(operation& of);
    /// So many names have been given.
    std::uint64_t portals() const noexcept { return last_portal_; }
    /// A ROLLBACK goes out: the portals under the lease that were opened later than the first `kept` are gone with it.
    void lose_portals_behind(std::uint64_t kept) noexcept;
    /// Nobody needs the portal any more, of a lease or (0) of the connection: it is closed in front of what is sent
    /// next.
    void close_portal(lease_id lease, std::string name);
    /// Until `op` ends, other calls under its lease are refused, in these words: they would wait for who waits for them.
    void keep_others_out(operation& op, const char* why) noexcept {
        holder_.alone = &op;
        holder_.alone_because = why;
    }
    /// Whether the transaction, which is to go on, would fail if the server were told to cancel what runs under the lease.
    bool cancel_harms(lease_id lease) const noexcept;
    /// Calls under the lease may still be sent.
    bool lives(lease_id lease) const noexcept;
    /// The server has begun to take COPY data that nobody has: ends it, if nothing was sent behind `op`.
    std::error_code refuse_copy_in(const operation& op);
    /// The same in the simple protocol, where an error brings ReadyForQuery by itself.
    std::error_code refuse_simple_copy_in();
    void skip_rows() noexcept { session_.skip_rows(); }
    statement_cache& statements() noexcept { return cache_; }
    type_catalog& types() noexcept { return *options_.catalog; }
    const engine_options& options() const noexcept { return options_; }
    wire::transaction_status status() const noexcept { return session_.status(); }
    const std::map<std::string, std::string, std::less<>>& parameters() const noexcept { return options_.parameters; }

    /// Gives `begin` its place in front of the first statement that is sent under the lease.
    lease_id grant(std::string begin, const lease_limits& limits);
    /// A BEGIN has been sent under the lease.
    bool has_begun(lease_id lease) const noexcept;
    /// The statement that `op` now sends ends the transaction.
    void ending(operation& op) noexcept;
    /// Commands that the holder of the lease leaves to be run in front of what is sent next under it, to undo what
    /// stands behind a savepoint; see operation::undoes().
    void owe(lease_id lease, std::string commands, std::uint64_t portals_kept);

private:
    using queue = boost::intrusive::list<operation, boost::intrusive::constant_time_size<false>>;
    friend class operation;

    enum class begin_state : std::uint8_t { to_send, sent, confirmed, failed };
    struct owed_rollback {
        std::string commands;
        std::uint64_t portals_kept;
    };
    struct holder {
        lease_id id = 0;
        std::string begin;
        begin_state state = begin_state::to_send;
        bool ending = false, released = false, rolling_back = false;
        bool undoing = false;  // what is open is being given up for a ROLLBACK
        operation* alone = nullptr;
        const char* alone_because = "";
        std::vector<owed_rollback> owed{};
        // For observers.
        std::uint32_t attempt = 1;
        bool begun = false, commits = false;
        const operation* ender = nullptr;  // the COMMIT or ROLLBACK
        clock::duration idle{};            // the server had nothing to do, where an observer wants to know
        clock::time_point idle_since{};    // it has nothing to do; else the epoch
        bool pause_told = false;           // the present pause was long, and the observer knows
        clock::time_point since{}, deadline = clock::time_point::max(), warns_at = clock::time_point::max();
    };

    bool may_start(const operation& op) const noexcept;
    bool may_proceed(const operation& op) const noexcept {
        return unfinished_ != nullptr ? unfinished_ == &op : cancel_ == cancel_state::none;
    }
    void send_fence();
    void start(operation& op);
    void start_waiting();
    void abandon(operation& op) noexcept;
    wire::recipient* let_go(operation& op) noexcept;
    void leave_running(operation& op) noexcept;
    void refuse(operation& op, error why);
    void end_all(error why);
    void conclude(operation& op);
    void give_up(queue& q, const error& why);
    void give_up_paused(const error& why, lease_id of);
    void give_up_alone();
    void stop_leftovers() noexcept;
    void make_way(const undone& for_what);
    void set_deadline(operation& op) noexcept;
    bool is_own(const wire::recipient* to) const noexcept {
        return to == &rollback_ || to == &fence_ || is_drained(to) || to == &failed_copy_ || to == &owed_ ||
               to == &begin_;
    }
    bool is_drained(const wire::recipient* to) const noexcept { return to == &drained_ || to == &leftovers_; }

    std::error_code dispatch(const wire::event& e);
    std::error_code dispatch_message(const wire::event& e);
    std::error_code dispatch_unsolicited(bytes_view body);
    std::error_code dispatch_error(const wire::event& e);
    void dispatch_error(const wire::event& e, server_message&& m);
    bool hit_by_anothers_cancel(const operation& op) const noexcept;
    std::error_code dispatch_ready(const wire::event& e);
    std::error_code dispatch_parameter(bytes_view body);
    void dispatch_notice(bytes_view body);
    std::error_code dispatch_notification(bytes_view body);
    bool retire(error why);
    void settle_lease();
    void adopt_transaction() noexcept;
    void roll_back();
    bool needs_begin_first(const operation& op) const noexcept;
    void begin_first();
    void watch_lease();
    void pay();
    error lease_error(lease_id lease) const;
    void expire(queue& q, clock::time_point now);
    void time_out(operation& op, clock::time_point now);
    void watch_head() noexcept;
    void close_if_answered();
    void cancel_head(clock::time_point now);
    error timeout_error(const operation& op, enum fate f) const;

    // For observers; those named watch only where there is one.
    bool watch_start(operation& op);
    void watch_written() noexcept;
    void watch_answer(const wire::event& e) noexcept;
    std::error_code watch_rows(const wire::event& e);
    void watch_end(const operation& op);
    void tell_transaction_end(const holder& of, transaction_outcome outcome);
    void tell_long_transaction();
    clock::time_point pause_deadline() const noexcept;
    bool is_pausing() const noexcept;
    void tell_pause();
    clock::duration idle_time(const holder& of) const noexcept;
    void confirm_begin();
    void end_lease();
    void lose_lease();
    void forget_ender(const operation& op);

    engine_options options_;
    driver& driver_;
    wire::session session_;
    statement_cache cache_;
    std::optional<error> closed_, leaving_;  // leaving_: what the server said before it goes

    queue waiting_;  // without lease, in order of arrival
    queue held_;     // under the lease, or in the middle of their exchanges
    queue running_;
    queue paused_;  // and told so
    queue done_;    // or paused, and not told
    const operation* holding_ = nullptr;
    operation* draining_ = nullptr;
    operation* listening_ = nullptr;
    std::shared_ptr<inbox> inbox_;
    const operation* unfinished_ = nullptr;
    bool fence_is_due_ = false;
    std::size_t waiting_count_ = 0;
    std::size_t shared_running_ = 0;
    bool exclusive_running_ = false;

    holder holder_;
    lease_id last_lease_ = 0;
    lease_id overdue_lease_ = 0;
    holder ended_;  // where an observer wants to know how it ended
    struct own_exchange final : wire::recipient {};
    own_exchange rollback_, fence_;
    own_exchange begin_;  // where it can't travel with the first statement
    std::optional<server_message> begin_failure_;
    std::uint32_t fences_ = 0;  // in flight
    own_exchange drained_;      // what was left to run to its end
    own_exchange leftovers_;    // the same, as long as the transaction is to go on
    own_exchange failed_copy_;  // given up: its CopyInResponse, which may come late, has its answer already
    own_exchange owed_;
    std::uint64_t last_portal_ = 0;
    std::vector<std::string> closing_;          // names in the Close messages of the exchange that is open
    std::vector<std::string> closing_portals_;  // and those of portals in it, or in the next
    cancel_state cancel_ = cancel_state::none;
    // Of a head that is to end.
    const wire::recipient* timed_out_head_ = nullptr;              // whose caller still waits; only compared
    clock::time_point cancels_at_ = clock::time_point::max();      // when it is cancelled, or cancelled again
    clock::time_point unwanted_until_ = clock::time_point::max();  // nobody waits for it: how long it may go on
    clock::time_point now_{};
};

}  // namespace howdah::core
