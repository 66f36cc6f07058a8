#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "howdah/base/bytes.hpp"
#include "howdah/sim/replay/result_player.hpp"

namespace howdah::sim {

/// Compares what a client copies in with what was recorded, as streams: where its messages end means nothing.
class copy_comparison {
public:
    copy_comparison(const cassette& from, const recorded_copy& copy) : recorded_{from, copy.data} {}

    /// Throws error (cassette_errc).
    void add(bytes_view data);
    /// The client is done: what was recorded must be, too.
    void finish();
    /// All that was recorded has come, or what comes differs from it. Throws error (cassette_errc).
    bool is_decided() { return differs_at_ || !refill(); }
    /// Where the first byte differs, from 0; nullopt: it is the same so far.
    std::optional<std::uint64_t> differs_at() const noexcept { return differs_at_; }

private:
    bool refill();

    row_source recorded_;
    std::string part_;
    std::size_t at_ = 0;  // in part_
    std::uint64_t position_ = 0;
    std::optional<std::uint64_t> differs_at_;
};

}  // namespace howdah::sim
