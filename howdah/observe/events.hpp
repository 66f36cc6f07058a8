#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "howdah/base/error.hpp"

namespace howdah {

// What observers are told. All that an event points to dies with the call; asynchronous_observer keeps what outlives it.
// howdah/observe/event_fields.hpp lists the fields once more, by name: a field that is missing there does not compile.

/// An attempt to connect has ended.
struct connect_event {
    std::string_view host{};            // the last one tried
    std::string_view server_version{};  // empty after a failure
    bool encrypted = false;
    std::uint32_t process_id = 0;  // of the server's process
    phase_times times{};
    const error* failure = nullptr;  // null: connected
};

/// A call has its turn on its connection. Of a pipeline there is one for each of its statements, and one query_end_event.
struct query_start_event {
    std::string_view statement{};  // as it was written: literals may hold what parameters should
    std::string_view
        parameters{};         // a JSON array of what observer::shown_parameters() lets be seen; empty: it has none
    std::string_view host{};  // "db2:5432"
    std::uint32_t process_id = 0;
    std::string_view trace_id{}, span_id{};  // where observer::comment() has told the server of a trace
};

/// A call has ended. Where its time went: acquiring, then queued, then duration, of which sending, server and decoding are
/// parts.
struct query_end_event {
    std::string_view statement{};
    std::string_view host{};
    std::uint32_t process_id = 0;
    std::uint32_t attempt = 1;              // of its transaction, or of the call itself where it was sent again
    std::chrono::microseconds acquiring{};  // until the pool had a connection for it
    std::chrono::microseconds queued{};     // until it was its turn on the connection
    std::chrono::microseconds duration{};   // from there to its end
    std::chrono::microseconds sending{};    // until its request had left
    std::chrono::microseconds server{};     // from there until the first of the answer was here
    std::chrono::microseconds decoding{};   // what was made of the rows; not what their reader does with a stream's
    std::uint64_t rows = 0, bytes = 0;      // of the answer; rows that nobody wanted don't count
    const error* failure = nullptr;         // null: done
    std::string_view trace_id{}, span_id{};
};

/// A call took longer than slow_query. It is told in front of its query_end_event.
struct slow_query_event {
    std::string_view statement{};
    std::string_view host{};
    std::uint32_t process_id = 0;
    std::chrono::microseconds duration{};
    std::chrono::microseconds threshold{};
    std::string_view trace_id{}, span_id{};
};

/// A lock was not to be had in time (55P03), a deadlock was broken (40P01), or a transaction could not be serialised
/// with others (40001). It is told in front of its query_end_event.
struct lock_conflict_event {
    std::string_view statement{};
    std::string_view host{};
    std::uint32_t process_id = 0;
    std::uint32_t attempt = 1;
    const error* failure = nullptr;  // never null
};

/// One of our own calls waits on the server for a lock: what a sampler of locks has seen, once for each look and each of
/// those that hold it. The blockers are whoever they are.
struct lock_wait_event {
    std::string_view statement{};  // that waits
    std::string_view host{};
    std::uint32_t process_id = 0;
    std::chrono::microseconds waited{};
    std::string_view lock{};    // pg_stat_activity's wait_event: "transactionid", "relation"
    std::uint32_t blocker = 0;  // the process id of who holds it; 0: a prepared transaction
    std::string_view blocker_application{}, blocker_user{};
    std::string_view blocker_state{};      // "idle in transaction"
    std::string_view blocker_statement{};  // the last one; empty: it may not be seen
};

/// A call's answer was over a limit, such as max_result_bytes. It is told in front of its query_end_event.
struct result_limit_event {
    std::string_view statement{};
    std::string_view host{};
    std::uint32_t process_id = 0;
    const error* failure = nullptr;  // never null
};

/// The server has begun a transaction.
struct transaction_begin_event {
    std::string_view host{};
    std::uint32_t process_id = 0;
    std::uint32_t attempt = 1;
};

enum class transaction_outcome : std::uint8_t {
    committed,
    rolled_back,
    lost,  // no answer to its COMMIT, or no connection any more
};

/// A transaction that was begun is over.
struct transaction_end_event {
    std::string_view host{};
    std::uint32_t process_id = 0;
    std::uint32_t attempt = 1;
    transaction_outcome outcome = transaction_outcome::committed;
    std::chrono::microseconds duration{};
    std::chrono::microseconds idle{};  // of which the server had nothing to do: "idle in transaction"
};

/// The server says something that is no error: NoticeResponse.
struct notice_event {
    const server_message* notice = nullptr;  // never null
    std::uint32_t process_id = 0;
};

/// A transaction lasts longer than its warn_after.
struct long_transaction_event {
    std::string_view host{};
    std::uint32_t process_id = 0;
    std::chrono::microseconds duration{};
    std::chrono::microseconds idle{};  // of which the server had nothing to do
};

/// A transaction is open, and for longer than idle_in_transaction the server has had nothing to do in it. Told once for each
/// such pause: while it lasts, or by the blocking driver when it is over.
struct idle_in_transaction_event {
    std::string_view host{};
    std::uint32_t process_id = 0;
    std::chrono::microseconds duration{};  // of the transaction so far
    std::chrono::microseconds idle{};      // of this pause
};

/// A connection was lost, and not by its owner's close.
struct connection_lost_event {
    std::string_view host{};
    std::uint32_t process_id = 0;
    const error* failure = nullptr;  // never null: what the server said before it went, where it said something
};

/// A weakness that was accepted, such as a SCRAM verifier with few iterations.
struct warning_event {
    std::string_view what{};
    std::string_view host{};
};

/// What ends soon, or has ended.
enum class expiring : std::uint8_t { server_certificate, client_certificate, credential };

/// What a connection was made with ends soon: a certificate in less than 14 days, a credential in less than what its
/// provider says (credential_provider::expiry()).
struct expiry_event {
    expiring what = expiring::server_certificate;
    std::string_view subject{};  // "CN=db.example"; of a credential its user
    std::string_view host{};
    std::chrono::seconds left{};  // negative: it has ended
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

/// A caller of a pool has given its connection back.
struct release_event {
    std::uint32_t process_id = 0;      // of the server's process
    std::chrono::microseconds held{};  // since it had it
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
    const error* failure = nullptr;  // never null: of the node that had it first
};

/// An asynchronous_observer was not told of what happened, since it was too slow for it.
struct events_dropped_event {
    std::uint64_t dropped = 0;  // so far
};

}  // namespace howdah
