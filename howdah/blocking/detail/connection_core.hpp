#pragma once

#include <memory>

#include "howdah/blocking/detail/dial.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/core/pumped_channel.hpp"

namespace howdah::blocking::detail {

/// The pump: send, recv under SO_RCVTIMEO, and poll only where a send would block.
class connection_core final : core::driver {
public:
    explicit connection_core(dialled d);
    ~connection_core();
    connection_core(const connection_core&) = delete;
    connection_core& operator=(const connection_core&) = delete;

    /// Runs `op` until it is done or paused, and lets a paused one go on. Throws its failure.
    void perform(core::operation& op);
    /// The caller of a paused call goes away.
    void let_go(core::operation& op) noexcept;
    /// Says goodbye to the server; calls from here on fail.
    void close();
    core::engine& engine() noexcept { return engine_; }
    const core::connected_to& where() const noexcept { return to_; }
    net::channel& channel() noexcept { return pump_.channel(); }

private:
    void attention() noexcept override;
    void begin(core::operation& op);
    void pump(core::clock::time_point deadline);
    void cancel_if_wanted();
    bool send_some();
    void receive(core::clock::time_point deadline);
    void wait_to_send(core::clock::time_point deadline);
    void set_receive_timeout(core::clock::duration remaining);
    void say_goodbye() noexcept;

    net::unique_fd socket_;
    core::connected_to to_;
    core::engine engine_;
    core::pumped_channel pump_;
    core::clock::duration receive_timeout_{};  // as SO_RCVTIMEO has it; zero: not set
};

}  // namespace howdah::blocking::detail
