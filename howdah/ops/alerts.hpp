#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "howdah/observe/observer.hpp"
#include "howdah/ops/alert.hpp"
#include "howdah/ops/inventory.hpp"

namespace howdah {

/// When alerts are raised. What lasts is looked at every `look_every`.
struct alert_options {
    std::uint32_t refused_acquires = 3;              // within a minute: pool_exhausted
    std::chrono::milliseconds exhausted_for{5'000};  // callers wait and nothing is idle: pool_exhausted
    std::chrono::milliseconds node_down_for{3'000};  // node_down, no_primary
    std::uint64_t max_lag_bytes = std::uint64_t{64} << 20;
    std::chrono::milliseconds max_lag{30'000};
    std::chrono::milliseconds lagging_for{10'000};    // over one of them: replica_lag
    std::uint32_t refused_logins = 3;                 // within a minute: authentication_failing
    std::uint32_t lock_waits = 3;                     // within a minute
    std::chrono::milliseconds clear_after{60'000};    // without another one; of expiries two hours
    std::chrono::milliseconds repeat_every{600'000};  // `still`
    std::chrono::milliseconds look_every{1'000};
    std::size_t most = 100;  // kept at once; more are counted

    /// Throws invalid_option.
    void validate() const;
};

/// Events as alerts, debounced: each is raised once, told again now and then while it lasts, and cleared. For any thread.
class alerts final : public observer {
public:
    /// Called on a thread of its own, one at a time. What it throws is dropped.
    using callback = std::function<void(const alert&)>;

    /// Throws invalid_option. `all`: pools and clusters to look at, beside the events; null: none.
    explicit alerts(callback tell, const alert_options& options = {}, std::shared_ptr<const inventory> all = nullptr);
    ~alerts() override;

    /// What is raised now.
    std::vector<alert> raised() const;
    /// What found no room, so far.
    std::uint64_t dropped() const;

    using observer::on;
    void on(const connect_event& e) override;
    void on(const acquire_event& e) override;
    void on(const node_event& e) override;
    void on(const failover_event& e) override;
    void on(const lock_conflict_event& e) override;
    void on(const lock_wait_event& e) override;
    void on(const expiry_event& e) override;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace howdah
