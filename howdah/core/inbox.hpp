#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "howdah/wire/backend.hpp"

namespace howdah {

namespace core {
class inbox;
}

/// Another session's NOTIFY.
struct notification {
    std::string channel, payload;
    std::uint32_t sender = 0;  // process id of the session that notified
};

/// Notifications may be missing here: what they told must be looked up.
struct notification_gap {
    enum class reason : std::uint8_t {
        reconnected,  // the connection was lost; nobody knows how many
        overflow,     // they were not taken fast enough, and the queue was full
    };
    reason cause = reason::reconnected;
    std::uint64_t lost = 0;  // known after an overflow

    friend bool operator==(const notification_gap&, const notification_gap&) = default;
};

/// What a listener has to say: one or the other. No std::variant, which Asio's || would dissolve into its own.
class listener_event {
public:
    listener_event() = default;
    listener_event(notification n) : what_{std::move(n)} {}        // NOLINT(google-explicit-constructor): it is one
    listener_event(notification_gap gap) noexcept : what_{gap} {}  // NOLINT(google-explicit-constructor): it is one

    /// Null: it is a gap.
    const notification* as_notification() const noexcept { return std::get_if<notification>(&what_); }
    /// Null: it is a notification.
    const notification_gap* as_gap() const noexcept { return std::get_if<notification_gap>(&what_); }

private:
    friend class core::inbox;
    std::variant<notification_gap, notification> what_;
};

namespace core {

/// Notifications that came and were not asked for yet; no more than `capacity`. What is over it leaves a gap in its
/// place.
class inbox {
public:
    explicit inbox(std::size_t capacity) : capacity_{capacity} {}

    /// False: it is full, and this one is lost.
    bool push(const wire::notification& n);
    /// The connection was made anew.
    void reconnected();
    std::optional<listener_event> pop();
    bool empty() const noexcept { return events_.empty(); }
    /// Notifications that were over its capacity, ever.
    std::uint64_t lost() const noexcept { return lost_; }

private:
    notification_gap* last_gap(notification_gap::reason why);

    std::deque<listener_event> events_;
    std::size_t capacity_;
    std::size_t notifications_ = 0;  // of events_
    std::uint64_t lost_ = 0;
};

}  // namespace core
}  // namespace howdah
