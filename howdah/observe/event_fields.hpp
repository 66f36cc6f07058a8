#pragma once
// The fields of each event by name: adapters write all events by one rule, and asynchronous_observer copies them by one.

#include <boost/describe.hpp>
#include <boost/mp11/list.hpp>
#include <boost/pfr/tuple_size.hpp>
#include <string_view>
#include <type_traits>

#include "howdah/observe/events.hpp"

namespace howdah {

BOOST_DESCRIBE_ENUM(transaction_outcome, committed, rolled_back, lost)
BOOST_DESCRIBE_ENUM(expiring, server_certificate, client_certificate, credential)
BOOST_DESCRIBE_ENUM(pool_change, opened, closed)
BOOST_DESCRIBE_ENUM(node_role, unknown, primary, replica)

BOOST_DESCRIBE_STRUCT(connect_event, (), (host, server_version, encrypted, process_id, times, failure))
BOOST_DESCRIBE_STRUCT(query_start_event, (), (statement, parameters, host, process_id, trace_id, span_id))
BOOST_DESCRIBE_STRUCT(query_end_event, (),
                      (statement, host, process_id, attempt, acquiring, queued, duration, sending, server, decoding,
                       rows, bytes, failure, trace_id, span_id))
BOOST_DESCRIBE_STRUCT(slow_query_event, (), (statement, host, process_id, duration, threshold, trace_id, span_id))
BOOST_DESCRIBE_STRUCT(lock_conflict_event, (), (statement, host, process_id, attempt, failure))
BOOST_DESCRIBE_STRUCT(lock_wait_event, (),
                      (statement, host, process_id, waited, lock, blocker, blocker_application, blocker_user,
                       blocker_state, blocker_statement))
BOOST_DESCRIBE_STRUCT(result_limit_event, (), (statement, host, process_id, failure))
BOOST_DESCRIBE_STRUCT(transaction_begin_event, (), (host, process_id, attempt))
BOOST_DESCRIBE_STRUCT(transaction_end_event, (), (host, process_id, attempt, outcome, duration, idle))
BOOST_DESCRIBE_STRUCT(notice_event, (), (notice, process_id))
BOOST_DESCRIBE_STRUCT(long_transaction_event, (), (host, process_id, duration, idle))
BOOST_DESCRIBE_STRUCT(idle_in_transaction_event, (), (host, process_id, duration, idle))
BOOST_DESCRIBE_STRUCT(connection_lost_event, (), (host, process_id, failure))
BOOST_DESCRIBE_STRUCT(warning_event, (), (what, host))
BOOST_DESCRIBE_STRUCT(expiry_event, (), (what, subject, host, left))
BOOST_DESCRIBE_STRUCT(notification_event, (), (channel, payload, process_id, sender))
BOOST_DESCRIBE_STRUCT(notification_gap_event, (), (overflow, lost))
BOOST_DESCRIBE_STRUCT(acquire_event, (), (waited, failure))
BOOST_DESCRIBE_STRUCT(release_event, (), (process_id, held))
BOOST_DESCRIBE_STRUCT(starvation_event, (), (waiting, holding, waited, held))
BOOST_DESCRIBE_STRUCT(pool_connection_event, (), (process_id, what, reason))
BOOST_DESCRIBE_STRUCT(node_event, (), (node, before, now, reason))
BOOST_DESCRIBE_STRUCT(failover_event, (), (before, now, without_one))
BOOST_DESCRIBE_STRUCT(primary_conflict_event, (), (believed, refused, believed_timeline, refused_timeline))
BOOST_DESCRIBE_STRUCT(reroute_event, (), (statement, from, failure))
BOOST_DESCRIBE_STRUCT(events_dropped_event, (), (dropped))

namespace observe {

template <class Event>
using fields_of = boost::describe::describe_members<Event, boost::describe::mod_public>;

/// Calls `f(name, value)` for each field of the event.
template <class Event, class F>
void for_each_field(Event& e, F&& f) {
    using plain = std::remove_const_t<Event>;
    static_assert(boost::mp11::mp_size<fields_of<plain>>::value == boost::pfr::tuple_size_v<plain>,
                  "howdah: a field of this event is not listed above");
    boost::mp11::mp_for_each<fields_of<plain>>([&](auto field) { f(std::string_view{field.name}, e.*field.pointer); });
}

using all_events =
    boost::mp11::mp_list<connect_event, query_start_event, query_end_event, slow_query_event, lock_conflict_event,
                         lock_wait_event, result_limit_event, transaction_begin_event, transaction_end_event,
                         notice_event, long_transaction_event, idle_in_transaction_event, connection_lost_event,
                         warning_event, expiry_event, notification_event, notification_gap_event, acquire_event,
                         release_event, starvation_event, pool_connection_event, node_event, failover_event,
                         primary_conflict_event, reroute_event, events_dropped_event>;

/// "query_end" for query_end_event.
template <class Event>
constexpr std::string_view name_of_event() noexcept {
    std::string_view name =
        __PRETTY_FUNCTION__;  // "... [with Event = howdah::query_end_event; ...]", in Clang "[Event = ...]"
    name = name.substr(name.find("Event = howdah::") + std::string_view{"Event = howdah::"}.size());
    return name.substr(0, name.find("_event"));
}
static_assert(name_of_event<query_end_event>() == "query_end");

}  // namespace observe
}  // namespace howdah
