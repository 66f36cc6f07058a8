#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "howdah/pool/detail/shard.hpp"

namespace howdah::pooling {

/// A pool's shards: one an executor, each with its part of the connections.
class pool_core {
public:
    /// Throws invalid_option.
    pool_core(const std::vector<boost::asio::any_io_executor>& on, std::shared_ptr<pool_setup> setup,
              const pool_options& options);
    pool_core(const pool_core&) = delete;
    pool_core& operator=(const pool_core&) = delete;
    ~pool_core() = default;

    /// Null: none has this executor.
    std::shared_ptr<shard> find(const boost::asio::any_io_executor& here) const;
    /// The one with the fewest callers.
    const std::shared_ptr<shard>& least_loaded() const;
    void reconfigure(const pool_options& options);
    pool_status status() const;

    const std::vector<std::shared_ptr<shard>>& shards() const noexcept { return shards_; }
    const connection_config& config() const noexcept { return *setup_->config; }

private:
    std::shared_ptr<pool_setup> setup_;
    std::vector<std::shared_ptr<shard>> shards_;
};

}  // namespace howdah::pooling
