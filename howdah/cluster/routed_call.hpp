#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "howdah/base/error.hpp"
#include "howdah/cluster/topology.hpp"

namespace howdah::clustering {

/// Who is to blame for a call's failure.
enum class blame : std::uint8_t {
    statement,  // or its caller: it would fail elsewhere too
    node,       // it is gone, going, starting, or has no room
    queue,      // its pool has had no connection to lend
    role,       // 25006: it may not write
    conflict,   // with replay, on a replica
    replay,     // it has not replayed what a session must see
};
blame blame_of(const error& e) noexcept;
/// A replica has said that it has not replayed what its session must see.
error not_replayed_there();

/// How soon a call that waits needs to know more of the nodes.
enum class urgency : std::uint8_t {
    none,
    search,  // a node is gone, or none is there: search_interval
    poll,    // it waits for one word: poll_interval
};

/// One call on its way through a cluster: which node is next, and whether what failed there is run again. A shell does
/// what it says, under its lock:
///
///     for (;;) {
///         switch (call.next(topology, now)) {
///             case step::run: ...     // on call.on(): then succeeded(), or failed(); where that says no, throw
///             case step::wait: ...    // until the topology's version() is not call.seen() any more, or call.until()
///             case step::refuse: ...  // throw call.refusal(topology)
///         }
///     }
///
/// A read is run again wherever its failure is its node's, because its caller has seen no row of it yet. What writes is
/// only where the server has not seen it, or has refused it.
class routed_call {
public:
    enum class kind : std::uint8_t {
        read,   // sent to whoever reads; to the primary, if it turns out to write
        write,  // on the primary
        bound,  // on a replica, where its caller wants it: never moved to the primary for what it does
    };
    enum class step : std::uint8_t { run, wait, refuse };

    routed_call(enum kind what, const wish& w, clock::time_point now, clock::time_point deadline,
                const cluster_options& options) noexcept;
    routed_call(const routed_call&) = delete;
    routed_call& operator=(const routed_call&) = delete;
    ~routed_call() = default;  // whoever drops one that runs calls abandoned() first

    step next(topology& t, clock::time_point now);

    const std::shared_ptr<node>& on() const noexcept { return on_; }
    /// It was run before, so that its timeout is what is left.
    bool repeated() const noexcept { return repeated_; }
    clock::time_point deadline() const noexcept { return deadline_; }
    std::uint64_t seen() const noexcept { return seen_; }
    clock::time_point until() const noexcept { return until_; }
    /// Before it waits, and behind a failure.
    enum urgency urgency() const noexcept { return urgency_; }

    void succeeded(topology& t, clock::time_point now) noexcept;
    /// True: go on with next(). False: the error is the caller's.
    bool failed(topology& t, const error& e, clock::time_point now);
    void abandoned(topology& t, clock::time_point now) noexcept;
    bool running() const noexcept { return on_ != nullptr; }
    /// It may have written, where it has succeeded: a read that had to go to the primary for what it does too.
    bool writes() const noexcept { return wish_.to == wish::side::primary; }

    /// What to throw when next() refuses.
    error refusal(const topology& t) const;

private:
    bool may_move(blame b, const error& e) const noexcept;
    void leave(topology& t, outcome how, clock::time_point now) noexcept;
    step wait_until(clock::time_point when, enum urgency how, clock::time_point now) noexcept;
    std::optional<step> confirm_role(clock::time_point now);

    enum kind kind_;
    wish wish_;
    clock::time_point deadline_, node_until_, replay_until_, until_{}, began_{};
    std::uint64_t tried_ = 0, seen_ = 0;
    std::shared_ptr<node> on_;
    std::shared_ptr<node> suspect_;     // a primary that has said 25006
    std::uint64_t suspect_probes_ = 0;  // it had by then
    std::optional<error> last_;
    bool repeated_ = false;
    bool crowded_ = false;  // the last one had no connection to lend
    enum urgency urgency_ = urgency::none;
};

}  // namespace howdah::clustering
