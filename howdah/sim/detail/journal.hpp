#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "howdah/sim/cassette.hpp"

namespace howdah::sim {

/// The order of uses, session by session, while it is recorded. Bounded: what comes later is left out.
class order_journal {
public:
    /// Of another name, which outlives this: what add() calls it.
    std::uint32_t number(const std::string& name);
    void add(std::size_t session, std::uint32_t name);
    /// The content of the file `order`: a line "session", and the names of its uses behind it.
    std::string text() const;

private:
    std::vector<const std::string*> names_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> uses_;  // session, number of the name
};

/// Throws error (damaged).
std::vector<session_order> read_order(std::string_view text, std::string_view file);

/// Mean durations of each name's uses, in microseconds. A use that was answered the same several times is one.
using timing_table = std::unordered_map<std::string, std::vector<std::uint64_t>>;

/// The content of the file `timings`: when it was recorded, then NAME, use and microseconds.
std::string write_timings(const timing_table& timings, std::string_view created);
/// Throws error (damaged).
timing_table read_timings(std::string_view text, std::string_view file);

}  // namespace howdah::sim
