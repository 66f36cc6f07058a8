#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "howdah/pool/detail/shard.hpp"

namespace howdah::pooling {

/// A pool's shards: one an executor, each with its part of the connections.
class shard_set {
public:
    /// Throws invalid_option.
    shard_set(const std::vector<boost::asio::any_io_executor>& on, std::shared_ptr<pool_setup> setup,
              const pool_options& options);
    shard_set(const shard_set&) = delete;
    shard_set& operator=(const shard_set&) = delete;
    ~shard_set() = default;

    /// Null: none has this executor.
    std::shared_ptr<shard> find(const boost::asio::any_io_executor& here) const;
    /// The one with the fewest callers.
    const std::shared_ptr<shard>& least_loaded() const;
    void reconfigure(const pool_options& options);
    pool_status status() const;

    const std::vector<std::shared_ptr<shard>>& all() const noexcept { return shards_; }
    const connection_config& config() const noexcept { return *setup_->config; }

private:
    std::shared_ptr<pool_setup> setup_;
    std::vector<std::shared_ptr<shard>> shards_;
};

}  // namespace howdah::pooling
