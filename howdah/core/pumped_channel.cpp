#include "howdah/core/pumped_channel.hpp"

#include <algorithm>

namespace howdah::core {

bytes_view pumped_channel::output() {
    if (!channel_.encrypted()) return engine_.output();
    if (channel_.outgoing().empty()) {
        const auto plain = engine_.output();
        const auto part = plain.first(std::min(plain.size(), most_encrypted_at_once));
        if (!part.empty()) {
            if (channel_.encrypt(part)) {
                engine_.lost(channel_.failure());
                return {};
            }
            engine_.written(part.size());
        }
    }
    return channel_.outgoing();
}

void pumped_channel::written(std::size_t n) noexcept {
    if (channel_.encrypted()) return channel_.sent(n);
    engine_.written(n);
}

bool pumped_channel::read(std::size_t n, clock::time_point now) {
    if (channel_.encrypted()) {
        channel_.commit(n);
        return decrypt(now);
    }
    engine_.commit(n);
    return go_on(now);
}

bool pumped_channel::go_on(clock::time_point now) {
    if (!engine_.process(now)) return false;
    stopped_ = engine_.holds_input();
    return stopped_ || !channel_.encrypted() || decrypt(now);
}

bool pumped_channel::decrypt(clock::time_point now) {
    for (;;) {
        const auto room = engine_.input_space(least_read);
        std::error_code failed;
        const auto got = channel_.decrypt(room, failed);
        engine_.commit(got);
        if (got != 0 && !engine_.process(now)) return false;
        stopped_ = engine_.holds_input();
        if (stopped_) return true;
        if (got == room.size()) continue;
        if (got == 0 && failed) {
            engine_.lost(channel_.failure());
            return false;
        }
        return true;
    }
}

void pumped_channel::ended(std::error_code why) {
    const auto words = why ? why.message() : std::string{"the server closed the connection without a word"};
    engine_.lost(
        error{errc::connection_closed, "lost the connection to " + engine_.options().host + ": " + words, fate::unknown}
            .from_host(engine_.options().host));
}

}  // namespace howdah::core
