#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "howdah/sim/cassette.hpp"

namespace howdah::sim {

/// Where one session of a replay stands in a recorded one.
struct order_track {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    std::size_t session = none;  // the recorded one that it follows
    std::size_t next = 0;        // behind what it has asked for
    std::vector<bool> met;       // of the recorded uses
    bool begun = false;
};

/// Compares the order of requests with the recorded one. A session of the replay follows the recorded session that began
/// with the same request, each by one follower only.
class order_tracker {
public:
    explicit order_tracker(const std::vector<session_order>& recorded);

    /// A request was answered with the recorded key `name`. If that stood before what this session asked for already:
    /// the name of the key that came behind it.
    std::optional<std::string_view> follow(order_track& track, std::string_view name);
    /// True if `name` is what the recorded session asked for next; nothing is known of that: nullopt.
    std::optional<bool> comes_next(const order_track& track, std::string_view name) const;

private:
    struct recorded_session {
        std::vector<std::string_view> names;                                      // by position
        std::unordered_map<std::string_view, std::vector<std::uint32_t>> places;  // positions, ascending
        bool followed = false;
    };

    void begin(order_track& track, std::string_view name);

    std::vector<recorded_session> sessions_;
    std::unordered_set<std::string> names_;  // what the views above show
};

}  // namespace howdah::sim
