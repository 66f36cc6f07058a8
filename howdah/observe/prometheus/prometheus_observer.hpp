#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "howdah/observe/observer.hpp"

namespace howdah {

struct prometheus_options {
    std::size_t statements = 100;   // that have time series of their own; the rest is `other`
    std::size_t most_labels = 100;  // different values of one label, such as SQLSTATEs; the rest is `other`
    /// Upper bounds in seconds, as OpenTelemetry's conventions advise.
    std::vector<double> buckets{0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10};
};

/// Events as metrics for prometheus-cpp. Names and units follow OpenTelemetry's conventions for database clients where they
/// have one; docs/observability.md lists all. Bounded in memory whatever is run. For any thread.
///
///     prometheus::Exposer exposer{"127.0.0.1:9187"};
///     exposer.RegisterCollectable(metrics);
class prometheus_observer final : public observer, public prometheus::Collectable {
public:
    explicit prometheus_observer(const prometheus_options& options = {});
    ~prometheus_observer() override;

    std::vector<prometheus::MetricFamily> Collect() const override;

    using observer::on;
    void on(const connect_event& e) override;
    void on(const query_end_event& e) override;
    void on(const slow_query_event& e) override;
    void on(const lock_conflict_event& e) override;
    void on(const lock_wait_event& e) override;
    void on(const result_limit_event& e) override;
    void on(const transaction_end_event& e) override;
    void on(const long_transaction_event& e) override;
    void on(const idle_in_transaction_event& e) override;
    void on(const notice_event& e) override;
    void on(const connection_lost_event& e) override;
    void on(const warning_event& e) override;
    void on(const expiry_event& e) override;
    void on(const notification_gap_event& e) override;
    void on(const acquire_event& e) override;
    void on(const release_event& e) override;
    void on(const starvation_event& e) override;
    void on(const pool_connection_event& e) override;
    void on(const node_event& e) override;
    void on(const failover_event& e) override;
    void on(const primary_conflict_event& e) override;
    void on(const reroute_event& e) override;
    void on(const events_dropped_event& e) override;

private:
    struct metrics;
    std::unique_ptr<metrics> metrics_;
};

}  // namespace howdah
