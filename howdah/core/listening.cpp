#include "howdah/core/listening.hpp"

#include <algorithm>

#include "howdah/core/engine.hpp"
#include "howdah/sql/identifier.hpp"
#include "howdah/sql/transaction_options.hpp"

namespace howdah {

void listener_options::validate() const {
    if (capacity == 0) throw error{errc::invalid_option, "listener_options::capacity is 0: nothing would be kept"};
    if (first_backoff.count() < 0 || longest_backoff < first_backoff)
        throw error{errc::invalid_option, "listener_options: first_backoff must lie between 0 and longest_backoff"};
}

namespace core {

void require_notifiable(std::string_view channel, std::string_view payload) {
    constexpr std::size_t payload_limit = 8'000, longest_name = 63;  // NOTIFY_PAYLOAD_MAX_LENGTH, NAMEDATALEN - 1
    if (channel.empty() || channel.size() > longest_name)
        throw error{errc::invalid_option,
                    "a channel's name has 1 to 63 bytes, this one has " + std::to_string(channel.size())};
    if (payload.size() >= payload_limit)
        throw error{errc::message_too_large, "the payload of a notification is under 8000 bytes, this one has " +
                                                 std::to_string(payload.size()) +
                                                 ": put it into a table, and notify its key"};
}

void notification_wait::advance(engine& e) {
    if (!inbox_.empty()) return e.finish(*this);
    e.await_notification(*this);
}

subscriptions::subscriptions(const listener_options& how)
    : options{how}, inbox{std::make_shared<core::inbox>(how.capacity)} {
    how.validate();
}

std::vector<std::string> subscriptions::commands() const {
    std::vector<std::string> out;
    for (const auto& c : channels) out.push_back(listen_command(c));
    return out;
}

std::optional<listener_event> subscriptions::next_event() { return in_force ? inbox->pop() : std::nullopt; }

std::chrono::milliseconds subscriptions::backoff(std::uint32_t attempt, double draw) const noexcept {
    transaction_options as_there;
    as_there.first_backoff = options.first_backoff;
    as_there.longest_backoff = options.longest_backoff;
    return attempt < 2 ? std::chrono::milliseconds{} : howdah::backoff(as_there, attempt, draw);
}

std::string listen_command(std::string_view channel) { return "listen " + quoted_identifier(channel); }
std::string unlisten_command(std::string_view channel) { return "unlisten " + quoted_identifier(channel); }

}  // namespace core
}  // namespace howdah
