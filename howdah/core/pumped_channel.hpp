#pragma once

#include <optional>

#include "howdah/core/engine.hpp"
#include "howdah/net/channel.hpp"

namespace howdah::core {

/// An engine's bytes as its socket has them: the same ones, or TLS's.
class pumped_channel {
public:
    pumped_channel(engine& e, net::channel channel) noexcept : engine_{e}, channel_{std::move(channel)} {}

    bool encrypted() const noexcept { return channel_.encrypted(); }
    net::channel& channel() noexcept { return channel_; }

    /// What to send; dies at the next call.
    bytes_view output();
    void written(std::size_t n) noexcept;

    /// Where to read to.
    std::span<std::byte> input_space() {
        return channel_.encrypted() ? channel_.ciphertext_space(least_read) : engine_.input_space(least_read);
    }
    /// Hands what was read to the engine, and lets it answer, as long as it does not hold its input. False: the
    /// connection is closed.
    bool read(std::size_t n, clock::time_point now);
    /// Something was read that the engine has not seen, because it held its input, and it does not any more.
    bool may_go_on() const noexcept { return stopped_ && engine_.open() && !engine_.holds_input(); }
    /// As read(), with what has been read already.
    bool go_on(clock::time_point now);
    /// The socket is at its end, or failed with `why`.
    void ended(std::error_code why);

private:
    // A read that does not fill its room saves the attempt that would find nothing more.
    static constexpr std::size_t least_read = std::size_t{4} << 10;
    static constexpr std::size_t most_encrypted_at_once = std::size_t{256} << 10;

    bool decrypt(clock::time_point now);

    engine& engine_;
    net::channel channel_;
    bool stopped_ = false;
};

}  // namespace howdah::core
