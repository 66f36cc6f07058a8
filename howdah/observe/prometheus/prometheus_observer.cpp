#include "howdah/observe/prometheus/prometheus_observer.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <boost/describe/enum_to_string.hpp>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "howdah/base/error.hpp"
#include "howdah/observe/event_fields.hpp"
#include "howdah/observe/prometheus/detail/statement_families.hpp"
#include "howdah/sql/tokenizer.hpp"

namespace howdah {
namespace {

using prometheus::Labels;

double seconds(std::chrono::microseconds time) { return std::chrono::duration<double>(time).count(); }

/// The values of one label, as long as there are few.
class bounded_label {
public:
    explicit bounded_label(std::size_t most) : most_{most} {}
    const std::string& operator()(std::string_view value) {
        static const std::string other{"other"};
        const std::lock_guard lock{mutex_};
        if (const auto found = known_.find(value); found != known_.end()) return *found;
        if (value.size() > longest || known_.size() >= most_) return other;
        return *known_.emplace(value).first;
    }

private:
    static constexpr std::size_t longest = 200;

    std::size_t most_;
    std::mutex mutex_;
    std::set<std::string, std::less<>> known_;
};

// Of the statement's leading keyword: a few words.
const char* name_of(statement_kind kind) {
    using enum statement_kind;
    switch (kind) {
        case select: return "SELECT";
        case with: return "WITH";
        case insert: return "INSERT";
        case update: return "UPDATE";
        case delete_from: return "DELETE";
        case merge: return "MERGE";
        case show: return "SHOW";
        case explain: return "EXPLAIN";
        case call: return "CALL";
        case copy: return "COPY";
        case listen: return "LISTEN";
        case transaction_control: return "TRANSACTION";
        case empty:
        case other: break;
    }
    return "OTHER";
}

template <class Enum>
std::string name_of(Enum value) {
    return boost::describe::enum_to_string(value, "");
}

}  // namespace

struct prometheus_observer::metrics {
    explicit metrics(const prometheus_options& o)
        : buckets{o.buckets},
          hosts{o.most_labels},
          errors{o.most_labels},
          reasons{o.most_labels},
          subjects{o.most_labels},
          statements{o.statements} {}

    prometheus::Family<prometheus::Counter>& counter(const char* name, const char* help) {
        return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
    }
    prometheus::Family<prometheus::Gauge>& gauge(const char* name, const char* help) {
        return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
    }
    prometheus::Family<prometheus::Histogram>& histogram(const char* name, const char* help) {
        return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
    }
    const std::string& error_type(const error& e) {
        return errors(e.state().empty() ? std::string_view{e.code().message()} : e.state().text());
    }
    Labels labels_of_call(const std::string& host, statement_kind kind) const {
        return {{"db_system_name", "postgresql"}, {"server_address", host}, {"db_operation_name", name_of(kind)}};
    }
    prometheus::Histogram& failed(const query_end_event& e, statement_kind kind) {
        auto labels = labels_of_call(hosts(e.host), kind);
        labels.emplace("error_type", error_type(*e.failure));
        return durations.Add(labels, buckets);
    }
    // Kept: to build its labels and find it by them would be most of what a call costs.
    prometheus::Histogram& succeeded(const query_end_event& e, statement_kind kind) {
        const auto& host = hosts(e.host);
        const std::lock_guard lock{mutex};
        auto& out = successes[{&host, kind}];
        if (out == nullptr) out = &durations.Add(labels_of_call(host, kind), buckets);
        return *out;
    }

    std::mutex mutex;
    std::map<std::pair<const std::string*, statement_kind>, prometheus::Histogram*> successes;
    prometheus::Registry registry;
    const std::vector<double> buckets;
    bounded_label hosts, errors, reasons, subjects;
    statement_ranking statements;

    // OpenTelemetry's names.
    prometheus::Family<prometheus::Histogram>& durations =
        histogram("db_client_operation_duration_seconds", "From a call's turn on its connection to its end");
    prometheus::Counter& rows = counter("db_client_response_returned_rows_total", "Rows that were read").Add({});
    prometheus::Family<prometheus::Gauge>& connections =
        gauge("db_client_connection_count", "Connections of the pools, by what they are");
    prometheus::Gauge& idle_connections = connections.Add({{"db_client_connection_state", "idle"}});
    prometheus::Gauge& used_connections = connections.Add({{"db_client_connection_state", "used"}});
    prometheus::Histogram& connecting =
        histogram("db_client_connection_create_time_seconds", "Connects that succeeded").Add({}, buckets);
    prometheus::Histogram& waiting =
        histogram("db_client_connection_wait_time_seconds", "From asking a pool for a connection to having it")
            .Add({}, buckets);
    prometheus::Histogram& using_them =
        histogram("db_client_connection_use_time_seconds", "From having a connection of a pool to giving it back")
            .Add({}, buckets);
    prometheus::Family<prometheus::Counter>& refused =
        counter("db_client_connection_timeouts_total", "Callers of a pool that got no connection");
    // Howdah's own.
    prometheus::Family<prometheus::Counter>& phases =
        counter("howdah_operation_phase_seconds_total", "Where the time of calls went");
    prometheus::Counter& acquiring = phases.Add({{"phase", "acquire"}});
    prometheus::Counter& queued = phases.Add({{"phase", "wait"}});
    prometheus::Counter& sending = phases.Add({{"phase", "send"}});
    prometheus::Counter& server = phases.Add({{"phase", "server"}});
    prometheus::Counter& decoding = phases.Add({{"phase", "decode"}});
    prometheus::Counter& bytes = counter("howdah_response_bytes_total", "Bytes of rows that were read").Add({});
    prometheus::Family<prometheus::Counter>& slow =
        counter("howdah_slow_queries_total", "Calls that took longer than slow_query");
    prometheus::Family<prometheus::Counter>& conflicts =
        counter("howdah_lock_conflicts_total", "Locks not to be had, deadlocks, serialization failures");
    prometheus::Family<prometheus::Counter>& lock_waits =
        counter("howdah_lock_waits_total", "Calls that a sampler has found waiting for a lock, by its kind");
    prometheus::Counter& limits = counter("howdah_result_limits_total", "Results over their limit").Add({});
    prometheus::Family<prometheus::Histogram>& transactions =
        histogram("howdah_transaction_duration_seconds", "Transactions, by how they ended");
    prometheus::Counter& idle =
        counter("howdah_transaction_idle_seconds_total", "Time in transactions with nothing for the server to do")
            .Add({});
    prometheus::Counter& lengthy =
        counter("howdah_long_transactions_total", "Transactions over their warn_after").Add({});
    prometheus::Counter& pauses =
        counter("howdah_idle_in_transaction_total", "Pauses in transactions over idle_in_transaction").Add({});
    prometheus::Family<prometheus::Counter>& notices = counter("howdah_notices_total", "What the server said beside");
    prometheus::Family<prometheus::Counter>& failed_connects =
        counter("howdah_connect_failures_total", "Attempts to connect that failed");
    prometheus::Family<prometheus::Counter>& lost = counter("howdah_connections_lost_total", "Connections that broke");
    prometheus::Family<prometheus::Counter>& closed =
        counter("howdah_pool_connections_closed_total", "Connections that pools have closed");
    prometheus::Counter& warnings = counter("howdah_warnings_total", "Weaknesses that were accepted").Add({});
    prometheus::Family<prometheus::Gauge>& expiries =
        gauge("howdah_expiry_left_seconds", "Until a certificate or a credential ends, seen at the last connect");
    prometheus::Counter& gaps = counter("howdah_notification_gaps_total", "Notifications that may be missing").Add({});
    prometheus::Counter& starvations =
        counter("howdah_starvations_total", "Callers of a pool that waited for themselves, or for long").Add({});
    prometheus::Family<prometheus::Gauge>& roles = gauge("howdah_node_role", "1 for the role that a node has");
    prometheus::Counter& failovers = counter("howdah_failovers_total", "Clusters that have a primary again").Add({});
    prometheus::Counter& two_primaries =
        counter("howdah_primary_conflicts_total", "Nodes that claimed to be a primary beside another").Add({});
    prometheus::Counter& reroutes =
        counter("howdah_reroutes_total", "Calls that were run again on another node").Add({});
    prometheus::Gauge& dropped =
        gauge("howdah_events_dropped", "Events that an asynchronous_observer had no room for").Add({});
};

prometheus_observer::prometheus_observer(const prometheus_options& options)
    : metrics_{std::make_unique<metrics>(options)} {}
prometheus_observer::~prometheus_observer() = default;

std::vector<prometheus::MetricFamily> prometheus_observer::Collect() const {
    auto all = metrics_->registry.Collect();
    for (auto& family : observe::families_of(metrics_->statements.list())) all.push_back(std::move(family));
    return all;
}

void prometheus_observer::on(const query_end_event& e) {
    auto& m = *metrics_;
    const auto kind = detail::read_outline(e.statement).kind;
    (e.failure != nullptr ? m.failed(e, kind) : m.succeeded(e, kind)).Observe(seconds(e.duration));
    m.rows.Increment(static_cast<double>(e.rows));
    m.bytes.Increment(static_cast<double>(e.bytes));
    m.acquiring.Increment(seconds(e.acquiring));
    m.queued.Increment(seconds(e.queued));
    m.sending.Increment(seconds(e.sending));
    m.server.Increment(seconds(e.server));
    m.decoding.Increment(seconds(e.decoding));
    m.statements.add(e.statement, e.duration, e.rows, e.failure != nullptr);
}

void prometheus_observer::on(const connect_event& e) {
    if (e.failure != nullptr)
        return metrics_->failed_connects
            .Add({{"server_address", metrics_->hosts(e.host)}, {"error_type", metrics_->error_type(*e.failure)}})
            .Increment();
    std::chrono::microseconds all{};
    for (const auto time : e.times) all += time;
    metrics_->connecting.Observe(seconds(all));
}

void prometheus_observer::on(const slow_query_event& e) {
    metrics_->slow.Add({{"server_address", metrics_->hosts(e.host)}}).Increment();
}
void prometheus_observer::on(const lock_conflict_event& e) {
    metrics_->conflicts.Add({{"error_type", metrics_->error_type(*e.failure)}}).Increment();
}
void prometheus_observer::on(const lock_wait_event& e) {
    metrics_->lock_waits.Add({{"lock", metrics_->reasons(e.lock)}}).Increment();
}
void prometheus_observer::on(const result_limit_event&) { metrics_->limits.Increment(); }

void prometheus_observer::on(const transaction_end_event& e) {
    metrics_->transactions.Add({{"outcome", name_of(e.outcome)}}, metrics_->buckets).Observe(seconds(e.duration));
    metrics_->idle.Increment(seconds(e.idle));
}
void prometheus_observer::on(const long_transaction_event&) { metrics_->lengthy.Increment(); }
void prometheus_observer::on(const idle_in_transaction_event&) { metrics_->pauses.Increment(); }

void prometheus_observer::on(const notice_event& e) {
    metrics_->notices.Add({{"severity", metrics_->reasons(e.notice->severity)}}).Increment();
}
void prometheus_observer::on(const connection_lost_event& e) {
    metrics_->lost.Add({{"server_address", metrics_->hosts(e.host)}}).Increment();
}
void prometheus_observer::on(const warning_event&) { metrics_->warnings.Increment(); }
void prometheus_observer::on(const expiry_event& e) {
    metrics_->expiries.Add({{"what", name_of(e.what)}, {"subject", metrics_->subjects(e.subject)}})
        .Set(static_cast<double>(e.left.count()));
}
void prometheus_observer::on(const notification_gap_event&) { metrics_->gaps.Increment(); }

void prometheus_observer::on(const acquire_event& e) {
    auto& m = *metrics_;
    if (e.failure != nullptr) return m.refused.Add({{"error_type", m.error_type(*e.failure)}}).Increment();
    m.waiting.Observe(seconds(e.waited));
    m.idle_connections.Decrement();
    m.used_connections.Increment();
}
void prometheus_observer::on(const release_event& e) {
    metrics_->using_them.Observe(seconds(e.held));
    metrics_->used_connections.Decrement();
    metrics_->idle_connections.Increment();
}
void prometheus_observer::on(const starvation_event&) { metrics_->starvations.Increment(); }
void prometheus_observer::on(const pool_connection_event& e) {
    if (e.what == pool_change::opened) return metrics_->idle_connections.Increment();
    metrics_->idle_connections.Decrement();
    metrics_->closed.Add({{"reason", metrics_->reasons(e.reason)}}).Increment();
}

void prometheus_observer::on(const node_event& e) {
    const auto node = metrics_->hosts(e.node);
    for (const auto role : {node_role::unknown, node_role::primary, node_role::replica})
        metrics_->roles.Add({{"server_address", node}, {"role", name_of(role)}}).Set(role == e.now ? 1 : 0);
}
void prometheus_observer::on(const failover_event&) { metrics_->failovers.Increment(); }
void prometheus_observer::on(const primary_conflict_event&) { metrics_->two_primaries.Increment(); }
void prometheus_observer::on(const reroute_event&) { metrics_->reroutes.Increment(); }
void prometheus_observer::on(const events_dropped_event& e) { metrics_->dropped.Set(static_cast<double>(e.dropped)); }

}  // namespace howdah
