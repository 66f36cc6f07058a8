#include "howdah/sim/replay/order_tracker.hpp"

#include <algorithm>

namespace howdah::sim {

order_tracker::order_tracker(const std::vector<session_order>& recorded) {
    for (const auto& order : recorded) {
        auto& session = sessions_.emplace_back();
        session.names.reserve(order.size());
        for (const auto& name : order) {
            const std::string_view kept = *names_.insert(name).first;
            session.places[kept].push_back(static_cast<std::uint32_t>(session.names.size()));
            session.names.push_back(kept);
        }
    }
}

void order_tracker::begin(order_track& track, std::string_view name) {
    track.begun = true;
    const auto found = std::ranges::find_if(
        sessions_, [&](const auto& s) { return !s.followed && !s.names.empty() && s.names.front() == name; });
    if (found == sessions_.end()) return;
    found->followed = true;
    track.session = static_cast<std::size_t>(found - sessions_.begin());
    track.met.resize(found->names.size());
}

std::optional<std::string_view> order_tracker::follow(order_track& track, std::string_view name) {
    if (!track.begun) begin(track, name);
    if (track.session == order_track::none) return std::nullopt;
    const auto& session = sessions_[track.session];
    const auto places = session.places.find(name);
    if (places == session.places.end()) return std::nullopt;  // another session's
    const auto& at = places->second;
    const auto ahead = std::ranges::lower_bound(at, static_cast<std::uint32_t>(track.next));
    if (ahead != at.end()) {
        track.met[*ahead] = true;
        track.next = *ahead + std::size_t{1};
        return std::nullopt;
    }
    const auto passed = std::ranges::find_if(at, [&](std::uint32_t i) { return !track.met[i]; });
    if (passed == at.end()) return std::nullopt;  // one more of what has had its turn
    track.met[*passed] = true;
    return session.names[track.next - 1];
}

std::optional<bool> order_tracker::comes_next(const order_track& track, std::string_view name) const {
    if (!track.begun || track.session == order_track::none) return std::nullopt;
    const auto& names = sessions_[track.session].names;
    return track.next < names.size() && names[track.next] == name;
}

}  // namespace howdah::sim
