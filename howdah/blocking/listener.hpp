#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "howdah/blocking/blocking.hpp"
#include "howdah/core/listening.hpp"
#include "howdah/sql/name_list.hpp"

namespace howdah::blocking {

/// Notifications, over a connection of its own, which is made anew when it is lost.
///
///     howdah::blocking::listener changes{howdah::parse_conninfo("..."), {"orders", "stock"}};
///     while (running)
///         if (auto event = changes.next(1s)) {
///             if (auto* n = event->as_notification()) ...
///             else look_up_everything();     // a notification_gap: some may be missing here
///         }
class listener {
public:
    /// Connects, and listens. Throws error.
    listener(const connection_config& config, const name_list& channels, const listener_options& options = {},
             const std::shared_ptr<observer>& watcher = nullptr);

    /// What comes next; nullopt if nothing does in time. While the connection is lost it is made anew, with backoff; an
    /// attempt to connect may take longer than `timeout`: as long as connect_timeout allows.
    /// Errors: the last one of connecting after listener_options::max_attempts.
    std::optional<listener_event> next(std::chrono::milliseconds timeout);
    /// What has come already; waits for nothing and asks nobody.
    std::optional<listener_event> next_of_those_here() { return all_->inbox->pop(); }
    /// While the connection is lost, it is done when next() has made it anew.
    /// Errors: the server's, and invalid_encoding for what can't be a name.
    void listen(std::string_view channel);
    void unlisten(std::string_view channel);
    /// Of the server's process that it has now.
    std::uint32_t process_id() const noexcept { return db_.process_id(); }

private:
    using time_point = howdah::core::clock::time_point;
    void run(std::vector<std::string> commands);
    void wait(time_point until);
    void reconnect(time_point until);

    connection db_;
    std::unique_ptr<howdah::core::subscriptions> all_;
    std::uint32_t attempts_ = 0;  // to connect anew, since it was lost
    time_point next_attempt_{};
};

}  // namespace howdah::blocking
