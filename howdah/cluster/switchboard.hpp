#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/cluster/cluster_members.hpp"
#include "howdah/cluster/routed_call.hpp"
#include "howdah/cluster/session_token.hpp"
#include "howdah/cluster/topology.hpp"
#include "howdah/observe/observer.hpp"
#include "howdah/sql/sql.hpp"

namespace howdah::clustering {

/// A topology under a lock, those who wait for news of it, and observers: what both shells have in common. For any number
/// of threads.
class switchboard {
public:
    /// Whoever waits; lives as long as it is linked.
    class waiter : public boost::intrusive::list_base_hook<> {
    public:
        /// Something has changed, or all is over. Called under the lock, by any thread, once or more.
        virtual void wake() noexcept = 0;

    protected:
        ~waiter() = default;
    };

    switchboard(const cluster_members& members, const cluster_options& options, std::shared_ptr<observer> watcher);
    switchboard(const switchboard&) = delete;
    switchboard& operator=(const switchboard&) = delete;

    // Calls: see routed_call.

    /// What a statement is, as far as its text tells.
    routed_call::kind kind_of(const statement_text& text) const noexcept;
    /// Throws pool_closed, and what routed_call::refusal() says.
    routed_call::step next(routed_call& c);
    void succeeded(routed_call& c) noexcept;
    /// False: the error is the caller's.
    bool failed(routed_call& c, const error& e, std::string_view statement);
    /// Where another run is out of the question.
    void ended(routed_call& c, const error& e);
    void abandoned(routed_call& c) noexcept;
    /// False: there is news already, and it is not enlisted.
    bool enlist(waiter& w, const routed_call& c);
    void dismiss(waiter& w) noexcept;

    // Monitors.

    void probed(node& n, const probe_answer& answer, clock::duration round_trip);
    void unreachable(node& n, const error& why);
    clock::duration probe_interval() const;

    // Nodes.

    void add(std::shared_ptr<node> n);
    /// Null: there is none of that name.
    std::shared_ptr<node> remove(std::string_view name);
    std::vector<std::shared_ptr<node>> nodes() const;
    std::shared_ptr<node> primary() const;
    node_role role_of(const node& n) const;
    /// The identifier of its system.
    std::uint64_t system_of(const node& n) const;

    std::vector<node_status> status() const;
    std::uint64_t reroutes() const;
    /// Throws invalid_session_token.
    session_point read_token(std::string_view token) const;
    /// Nobody is served any more.
    void close();
    bool closed() const;

    const cluster_options& options() const noexcept { return options_; }
    const session_tokens& tokens() const noexcept { return tokens_; }
    const std::shared_ptr<observer>& watcher() const noexcept { return watcher_; }

protected:
    ~switchboard() = default;

    /// Its monitor is to ask it soon. Called by any thread, without the lock.
    virtual void hurry(node& n, enum urgency how) = 0;
    /// What its connections lead to is not what it was: they are not lent any more.
    virtual void discard(node& n) = 0;
    /// Nobody answers there: its connections are ended, and who waits for one is told.
    virtual void cut_off(node& n, const error& why) = 0;

private:
    bool note_failure(routed_call& c, const error& e);
    void hurry_all(enum urgency how);
    void publish(std::unique_lock<std::mutex> lock);
    void tell(const news& n);

    const cluster_options options_;
    const std::vector<std::string> writing_functions_;
    const session_tokens tokens_;
    const std::shared_ptr<observer> watcher_;
    mutable std::mutex mutex_;
    topology topology_;
    boost::intrusive::list<waiter> waiting_;
    std::uint64_t reroutes_ = 0;
    bool closed_ = false;
};

/// What a call has whose options say nothing.
std::chrono::milliseconds query_timeout_of(const cluster_members& m) noexcept;

/// One call's way, while it lasts.
class passage {
public:
    passage(switchboard& through, enum routed_call::kind what, const wish& w, clock::duration timeout)
        : passage{through, what, w, timeout, clock::now()} {}
    passage(const passage&) = delete;
    passage& operator=(const passage&) = delete;
    ~passage() { through_.abandoned(call_); }

    routed_call::step next() { return through_.next(call_); }
    void succeeded() noexcept { through_.succeeded(call_); }
    bool failed(const error& e, std::string_view statement) { return through_.failed(call_, e, statement); }
    void ended(const error& e) { through_.ended(call_, e); }
    const routed_call& call() const noexcept { return call_; }
    node& on() const noexcept { return *call_.on(); }
    /// What a call has left of its timeout.
    std::optional<std::chrono::milliseconds> left_of(std::optional<std::chrono::milliseconds> timeout) const;

private:
    passage(switchboard& through, enum routed_call::kind what, const wish& w, clock::duration timeout,
            clock::time_point now)
        : through_{through},
          call_{what, w, now, timeout.count() > 0 ? now + timeout : clock::time_point::max(), through.options()} {}

    switchboard& through_;
    routed_call call_;
};

}  // namespace howdah::clustering
