#include "howdah/pool/detail/shard_set.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "howdah/core/warm_up.hpp"

namespace howdah::pooling {
namespace {

std::uint32_t part(std::uint32_t whole, std::size_t of, std::size_t index) {
    const auto n = static_cast<std::uint32_t>(of);
    return whole / n + (index < whole % n ? 1 : 0);
}

// What shard `index` of so many is told.
pool_options part(const pool_options& whole, std::size_t of, std::size_t index) {
    auto mine = whole;
    mine.max_connections = part(whole.max_connections, of, index);
    mine.min_connections = std::min(part(whole.min_connections, of, index), mine.max_connections);
    mine.max_waiting = part(whole.max_waiting, of, index);
    return mine;
}

void validate(const pool_options& options, std::size_t shards) {
    options.validate();
    if (shards == 0) throw error{errc::invalid_option, "a pool needs at least one executor"};
    if (options.max_connections < shards)
        throw error{errc::invalid_option, "pool_options: max_connections " + std::to_string(options.max_connections) +
                                              " is under the number of executors, " + std::to_string(shards) +
                                              ": each has connections of its own"};
}

}  // namespace

shard_set::shard_set(const std::vector<boost::asio::any_io_executor>& on, std::shared_ptr<pool_setup> setup,
                     const pool_options& options)
    : setup_{std::move(setup)} {
    validate(options, on.size());
    setup_->config->validate();
    core::require_preparable(setup_->hooks.prepare, *setup_->config);
    for (std::size_t i = 0; i != on.size(); ++i)
        shards_.push_back(std::make_shared<shard>(on[i], setup_, part(options, on.size(), i)));
    for (const auto& s : shards_) s->start();
}

std::shared_ptr<shard> shard_set::find(const boost::asio::any_io_executor& here) const {
    for (const auto& s : shards_)
        if (s->executor() == here) return s;
    return nullptr;
}

const std::shared_ptr<shard>& shard_set::least_loaded() const {
    return *std::ranges::min_element(shards_, {}, [](const auto& s) { return s->load(); });
}

void shard_set::reconfigure(const pool_options& options) {
    validate(options, shards_.size());
    std::size_t index = 0;
    for (const auto& s : shards_)
        s->order([mine = part(options, shards_.size(), index++)](policy& p, clock::time_point now) {
            p.reconfigure(mine, now);
        });
}

pool_status shard_set::status() const {
    pool_status all = shards_.front()->status();
    for (std::size_t i = 1; i != shards_.size(); ++i) {
        auto one = shards_[i]->status();
        all.size += one.size;
        all.idle += one.idle;
        all.in_use += one.in_use;
        all.connecting += one.connecting;
        all.waiting += one.waiting;
        all.limit += one.limit;
        all.acquired += one.acquired;
        all.opened += one.opened;
        all.broken += one.broken;
        if (!one.last_error || one.last_error_at < all.last_error_at) continue;
        all.last_error = std::move(one.last_error);
        all.last_error_at = one.last_error_at;
    }
    return all;
}

}  // namespace howdah::pooling
