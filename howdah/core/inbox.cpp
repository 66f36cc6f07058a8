#include "howdah/core/inbox.hpp"

namespace howdah::core {
// The gap of this cause that nothing has followed yet.
notification_gap* inbox::last_gap(notification_gap::reason why) {
    auto* gap = events_.empty() ? nullptr : std::get_if<notification_gap>(&events_.back().what_);
    return gap != nullptr && gap->cause == why ? gap : nullptr;
}

bool inbox::push(const wire::notification& n) {
    using enum notification_gap::reason;
    if (notifications_ < capacity_) {
        events_.emplace_back(
            notification{.channel = std::string{n.channel}, .payload = std::string{n.payload}, .sender = n.process_id});
        ++notifications_;
        return true;
    }
    ++lost_;
    if (auto* gap = last_gap(overflow)) {
        ++gap->lost;
    } else {
        events_.emplace_back(notification_gap{.cause = overflow, .lost = 1});
    }
    return false;
}

void inbox::reconnected() {
    if (last_gap(notification_gap::reason::reconnected) == nullptr)
        events_.emplace_back(notification_gap{.cause = notification_gap::reason::reconnected});
}

std::optional<listener_event> inbox::pop() {
    if (events_.empty()) return std::nullopt;
    std::optional<listener_event> out{std::move(events_.front())};
    events_.pop_front();
    if (out->as_notification() != nullptr) --notifications_;
    return out;
}

}  // namespace howdah::core
