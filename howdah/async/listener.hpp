#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "howdah/async/async.hpp"
#include "howdah/core/listening.hpp"
#include "howdah/sql/name_list.hpp"

namespace howdah {

/// Notifications, over a connection of its own, which is made anew when it is lost.
///
///     auto changes = co_await howdah::listen(conninfo, {"orders", "stock"});
///     for (;;) {
///         auto event = co_await changes.next();
///         if (auto* n = event.as_notification()) ...
///         else look_up_everything();     // a notification_gap: some may be missing here
///     }
///
/// Lifetime: it must not be moved while one of its calls is awaited.
class listener {
public:
    listener(connection db, const listener_options& options);
    listener(listener&&) noexcept = default;
    listener& operator=(listener&&) noexcept = default;

    /// What comes next; one call at a time. While the connection is lost it waits for it, with backoff.
    /// Errors: the last one of connecting after listener_options::max_attempts; cancelled.
    awaitable<listener_event> next();
    /// What has come already; waits for nothing and asks nobody.
    std::optional<listener_event> next_of_those_here() { return all_->inbox->pop(); }
    /// Also beside next(). While the connection is lost, it is done when that is back: next() gives the gap first.
    /// Errors: the server's, and invalid_encoding for what can't be a name.
    awaitable<void> listen(std::string channel);
    awaitable<void> unlisten(std::string channel);
    /// Of the server's process that it has now.
    std::uint32_t process_id() const noexcept { return db_.process_id(); }

private:
    awaitable<void> run(std::vector<std::string> commands);
    awaitable<void> reconnect();

    connection db_;
    std::unique_ptr<core::subscriptions> all_;
};

/// Connects, as connect() does, and listens.
awaitable<listener> listen(std::string_view conninfo, const name_list& channels, listener_options options = {},
                           std::shared_ptr<observer> watcher = nullptr);

}  // namespace howdah
