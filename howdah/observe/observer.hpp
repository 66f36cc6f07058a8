#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "howdah/base/error.hpp"

namespace howdah {

/// An attempt to connect has ended. Views die with the call.
struct connect_event {
    std::string_view host{};            // the last one tried
    std::string_view server_version{};  // empty after a failure
    bool encrypted = false;
    std::uint32_t process_id = 0;  // of the server's process
    phase_times times{};
    const error* failure = nullptr;  // null: connected
};

/// A call has been handed to its connection.
struct query_start_event {
    std::string_view statement{};  // as it was written: literals may hold what parameters should
    std::uint32_t process_id = 0;
};

/// A call has ended.
struct query_end_event {
    std::string_view statement{};
    std::uint32_t process_id = 0;
    std::chrono::microseconds queued{};    // until it was its turn on the connection
    std::chrono::microseconds duration{};  // from there to its end
    std::uint64_t rows = 0, bytes = 0;     // of the answer
    const error* failure = nullptr;        // null: done
};

/// The server says something that is no error: NoticeResponse.
struct notice_event {
    const server_message& notice;
    std::uint32_t process_id = 0;
};

/// A transaction lasts longer than its warn_after.
struct long_transaction_event {
    std::uint32_t process_id = 0;
    std::chrono::microseconds duration{};
};

/// A connection was lost, and not by its owner's close.
struct connection_lost_event {
    std::string_view host{};
    std::uint32_t process_id = 0;
    const error& failure;  // what the server said before it went, where it said something
};

/// A weakness that was accepted, such as a SCRAM verifier with few iterations.
struct warning_event {
    std::string_view what;
    std::string_view host;
};

/// Another session's NOTIFY, on a connection that is no listener's. It is read when the connection is used.
struct notification_event {
    std::string_view channel{}, payload{};
    std::uint32_t process_id = 0;  // of the server's process that this connection has
    std::uint32_t sender = 0;      // of the one that notified
};

/// A listener may have missed notifications.
struct notification_gap_event {
    bool overflow = false;   // its queue was full; else its connection was lost
    std::uint64_t lost = 0;  // so far, where it is known
};

/// A caller of a pool has got a connection, or has not.
struct acquire_event {
    std::chrono::microseconds waited{};
    const error* failure = nullptr;  // null: it has one
};

/// A caller of a pool waits for a connection that its own thread or strand holds, or has waited for longer than
/// pool_options::slow_acquire. Each place is "file:line", or the statement that a verb of the pool runs.
struct starvation_event {
    std::string_view waiting{}, holding{};
    std::chrono::microseconds waited{};
    std::chrono::microseconds held{};  // by whoever is at `holding`
};

/// What a pool did to one of its connections.
enum class pool_change : std::uint8_t { opened, closed };

/// A pool has opened a connection, or closed one.
struct pool_connection_event {
    std::uint32_t process_id = 0;  // of the server's process
    pool_change what = pool_change::opened;
    std::string_view reason{};  // why it was closed: "idle_timeout"
};

/// What a node of a cluster is. Unknown: not reached, or not to be trusted; it gets no calls.
enum class node_role : std::uint8_t { unknown, primary, replica };

/// A node of a cluster has become something else.
struct node_event {
    std::string_view node{};  // "db2:5432"
    node_role before = node_role::unknown, now = node_role::unknown;
    std::string_view reason{};  // why it is unknown, where it is
};

/// A cluster has a primary again: another one, or the old one.
struct failover_event {
    std::string_view before{}, now{};         // `before` is empty for the first primary
    std::chrono::microseconds without_one{};  // as long as the cluster knew of none
};

/// Two nodes claim to be the primary. The one with the later timeline is believed.
struct primary_conflict_event {
    std::string_view believed{}, refused{};
    std::uint32_t believed_timeline = 0, refused_timeline = 0;
};

/// A call was run again on another node.
struct reroute_event {
    std::string_view statement{}, from{};
    const error& failure;  // of the node that had it first
};

/// Whoever wants to know. Called on the thread that runs the connection: be quick. What it throws is dropped.
class observer {
public:
    virtual ~observer() = default;
    virtual void on(const connect_event&) {}
    virtual void on(const query_start_event&) {}
    virtual void on(const query_end_event&) {}
    virtual void on(const notice_event&) {}
    virtual void on(const long_transaction_event&) {}
    virtual void on(const connection_lost_event&) {}
    virtual void on(const warning_event&) {}
    virtual void on(const notification_event&) {}
    virtual void on(const notification_gap_event&) {}
    virtual void on(const acquire_event&) {}
    virtual void on(const starvation_event&) {}
    virtual void on(const pool_connection_event&) {}
    virtual void on(const node_event&) {}
    virtual void on(const failover_event&) {}
    virtual void on(const primary_conflict_event&) {}
    virtual void on(const reroute_event&) {}
};

/// Several observers as one. An observer that throws keeps the others from nothing.
class observers final : public observer {
public:
    explicit observers(std::vector<std::shared_ptr<observer>> all) : all_{std::move(all)} {}

    void on(const connect_event& e) override { tell(e); }
    void on(const query_start_event& e) override { tell(e); }
    void on(const query_end_event& e) override { tell(e); }
    void on(const notice_event& e) override { tell(e); }
    void on(const long_transaction_event& e) override { tell(e); }
    void on(const connection_lost_event& e) override { tell(e); }
    void on(const warning_event& e) override { tell(e); }
    void on(const notification_event& e) override { tell(e); }
    void on(const notification_gap_event& e) override { tell(e); }
    void on(const acquire_event& e) override { tell(e); }
    void on(const starvation_event& e) override { tell(e); }
    void on(const pool_connection_event& e) override { tell(e); }
    void on(const node_event& e) override { tell(e); }
    void on(const failover_event& e) override { tell(e); }
    void on(const primary_conflict_event& e) override { tell(e); }
    void on(const reroute_event& e) override { tell(e); }

private:
    template <class Event>
    void tell(const Event& e);

    std::vector<std::shared_ptr<observer>> all_;
};

namespace observe {

/// Tells `to`, if there is one. An observer's exception ends here: it must not change what it observes.
template <class Event>
void tell(observer* to, const Event& e) noexcept {
    if (to == nullptr) return;
    try {
        to->on(e);
    } catch (...) {  // NOLINT(bugprone-empty-catch): see above
    }
}

}  // namespace observe

template <class Event>
void observers::tell(const Event& e) {
    for (const auto& one : all_) observe::tell(one.get(), e);
}

}  // namespace howdah
