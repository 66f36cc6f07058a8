#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "howdah/sim/cassette.hpp"
#include "howdah/sim/interaction.hpp"
#include "howdah/sim/replay/drift_report.hpp"
#include "howdah/sim/replay/recorded_entry.hpp"

namespace howdah::sim {

/// What a request asked for, for people.
struct shown_request {
    std::string statement, parameters;
    auto operator<=>(const shown_request&) const = default;
};

inline constexpr std::size_t most_shown = 500;  // bytes of a statement

/// `text` on one line, cut behind `longest` bytes.
std::string one_line(std::string_view text, std::size_t longest);
/// "$1 = '7', $2 = NULL"
std::string shown_parameters(const std::vector<canonical_value>& parameters);
/// A recorded request as it is in the cassette.
shown_request shown_key(const interaction_key& key);
/// The recorded requests that are most like it, and in what they differ, a line each.
std::string why_unmatched(const cassette& tape, const interaction_key& asked);

/// Collects the drift of a replay. For one thread at a time.
class drift_log {
public:
    using entries = std::unordered_map<std::string, std::shared_ptr<recorded_entry>>;

    drift_log() = default;

    drift_report counts;  // its numbers are counted by who knows

    /// `why` is asked once a request. Gives what it said.
    const std::string& unmatched(shown_request asked, const std::function<std::string()>& why);
    void misplaced(const shown_request& asked, const shown_request& before);

    /// With what was not used, which `used` tells. Throws error (cassette_errc).
    drift_report finish(const cassette& tape, const entries& used) const;

private:
    struct unmatched_request {
        std::string why;
        std::uint64_t times = 0;
    };
    std::map<shown_request, unmatched_request> unmatched_;
};

}  // namespace howdah::sim
