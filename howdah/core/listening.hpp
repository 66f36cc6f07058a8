#pragma once
// What listeners of both drivers share: all but the waiting.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/core/inbox.hpp"
#include "howdah/core/notifiable.hpp"
#include "howdah/core/operation.hpp"

namespace howdah {

/// How a listener goes on when its connection is lost, and how much it keeps for a slow consumer.
struct listener_options {
    std::size_t capacity = 10'000;  // notifications that wait to be asked for; over it they are lost, and leave a gap
    std::chrono::milliseconds first_backoff{50}, longest_backoff{10'000};
    std::uint32_t max_attempts = 0;  // to connect anew, one after another; then next() throws. 0: no limit

    /// Throws errc::invalid_option for what makes no sense.
    void validate() const;
};
static_assert(std::is_trivially_destructible_v<listener_options>, "written inline in co_await (GCC 12)");

namespace core {

/// Ends when there is something in the connection's inbox; sends nothing.
class notification_wait final : public operation {
public:
    explicit notification_wait(const inbox& in) noexcept : inbox_{in} {}
    std::string_view text() const noexcept override { return {}; }  // no query, and none of an observer's business

private:
    void advance(engine& e) override;
    std::error_code message(engine&, char, bytes_view) override { return errc::protocol_violation; }
    std::error_code rows(engine&, bytes_view, std::uint32_t) override { return errc::protocol_violation; }
    void rejected(engine&, server_message&&) override {}
    void ready(engine&) override {}

    const inbox& inbox_;
};

/// Which channels, and what has come from them.
struct subscriptions {
    explicit subscriptions(const listener_options& how);

    /// LISTEN to all of them, one statement each.
    std::vector<std::string> commands() const;
    /// What came first, once they are in force.
    std::optional<listener_event> next_event();
    /// Before the next attempt to connect, counted from 1: nothing before the first. `draw` lies in [0, 1).
    std::chrono::milliseconds backoff(std::uint32_t attempt, double draw) const noexcept;
    bool may_try_again(std::uint32_t attempt) const noexcept {
        return options.max_attempts == 0 || attempt < options.max_attempts;
    }

    listener_options options;
    std::set<std::string, std::less<>> channels;
    std::shared_ptr<core::inbox> inbox;
    // Whether the server has been told of the channels on this connection.
    bool in_force = true;
};

std::string listen_command(std::string_view channel);
std::string unlisten_command(std::string_view channel);

}  // namespace core
}  // namespace howdah
