#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "howdah/observe/observer.hpp"
#include "howdah/ops/alerts.hpp"
#include "howdah/ops/inventory.hpp"

namespace howdah {

struct dashboard_options {
    std::string application{};                // shown above all
    std::chrono::milliseconds a_slot{5'000};  // of the charts
    std::size_t slots = 120;
    std::size_t statements = 25;        // the costliest
    std::size_t events = 50;            // the last warnings and errors
    std::size_t longest_event = 2'048;  // bytes; a longer one is left out, and counted

    /// Throws invalid_option.
    void validate() const;
};

/// What a process's database connections have done lately, in bounded memory, as JSON: what the status page shows. It holds
/// no values: statements are normalised, and of errors only what log lines have. For any thread.
class dashboard final : public observe::of_all_events<dashboard> {
public:
    /// `all` and `raised` may be null: then it knows of no pools, or no alerts.
    explicit dashboard(std::shared_ptr<const inventory> all = nullptr, std::shared_ptr<const alerts> raised = nullptr,
                       const dashboard_options& options = {});
    ~dashboard() override;

    /// docs/observability.md describes it.
    std::string json() const;
    /// The pools and clusters; null: none.
    const inventory* known() const noexcept;

    template <class Event>
    void all(const Event& e);

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace howdah
