#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "howdah/blocking/blocking.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/core/shared_state.hpp"
#include "howdah/pool/blocking_pool.hpp"
#include "howdah/pool/policy.hpp"

namespace howdah::blocking::detail {

/// What a pool's connections are made from, and what is done to them.
struct pool_ways {
    pool_hooks hooks;
    std::shared_ptr<observer> watcher;
    std::shared_ptr<howdah::core::shared_state> shared = std::make_shared<howdah::core::shared_state>();
};

/// A connection of a pool. Its tasks are done without the pool's lock, on one thread at a time; they throw.
class pooled_slot final : public pooling::slot {
public:
    // Whoever asks for another connection on the same thread is not at work with this one.
    bool at_work() const noexcept override { return false; }

    blocking::connection& connection() noexcept { return *connection_; }
    const std::shared_ptr<connection_core>& core() const noexcept { return connection_->target().core; }
    /// Of the server's process, as it was opened.
    std::uint32_t process_id() const noexcept;
    /// How its borrower leaves it.
    pooling::condition condition() const noexcept;

    void connect(std::shared_ptr<const connection_config> config, const pool_ways& ways, const std::stop_token& stop);
    void prepare(const pool_options& options, const pool_ways& ways);
    void check(const pool_options& options);
    void recover(const pool_options& options, const pool_ways& ways);
    /// Throws what before_close throws; it is closed all the same.
    void close(const pool_ways& ways);
    /// While another thread has it.
    void interrupt() noexcept;

private:
    void run(const std::function<void(blocking::connection&)>& hook, const char* name);

    std::optional<blocking::connection> connection_;
    std::shared_ptr<connection_core> opened_;  // the borrower may have reconnected it
};

}  // namespace howdah::blocking::detail
