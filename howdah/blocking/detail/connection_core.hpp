#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <system_error>

#include "howdah/blocking/detail/dial.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/core/pumped_channel.hpp"
#include "howdah/net/waker.hpp"

namespace howdah::blocking::detail {

/// The pump: send, recv under SO_RCVTIMEO, and poll only where a send would block.
class connection_core final : core::driver {
public:
    /// Connects. Throws error.
    connection_core(std::shared_ptr<const connection_config> config, const std::shared_ptr<observer>& watcher,
                    const std::stop_token& stop = {}, std::shared_ptr<core::shared_state> shared = nullptr)
        : connection_core{dial(*config, watcher, stop, std::move(shared))} {
        config_ = std::move(config);
    }
    ~connection_core();
    connection_core(const connection_core&) = delete;
    connection_core& operator=(const connection_core&) = delete;

    /// Runs `op` until it is done or paused, and lets a paused one go on. Throws its failure.
    void perform(core::operation& op, const std::stop_token& stop);
    /// The caller of a paused call goes away.
    void let_go(core::operation& op) noexcept;
    /// Says goodbye to the server; calls from here on fail.
    void close();
    /// From any thread: whatever waits for the server fails as if the connection was lost, and so does what comes later;
    /// with `why`, where that is said.
    void interrupt(std::optional<error> why = {}) noexcept;
    core::engine& engine() noexcept { return engine_; }
    const core::engine& engine() const noexcept { return engine_; }
    const core::connected_to& where() const noexcept { return to_; }
    const std::shared_ptr<const connection_config>& config() const noexcept { return config_; }
    const std::shared_ptr<observer>& watcher() const noexcept { return engine_.options().watcher; }
    net::channel& channel() noexcept { return pump_.channel(); }

private:
    void attention() noexcept override;
    explicit connection_core(dialled d);
    void close_socket() noexcept;
    void ended(std::error_code how);
    void run(core::operation& op, const std::stop_token& stop);
    void begin(core::operation& op);
    void look();
    void pump(const core::operation& op, core::clock::time_point deadline);
    void cancel_if_wanted();
    bool send_some();
    enum class got : std::uint8_t { something, nothing };
    got take(int flags);
    void receive(core::clock::time_point deadline);
    short wait(short events, core::clock::time_point deadline);
    void set_receive_timeout(core::clock::duration remaining);
    void say_goodbye() noexcept;

    std::mutex closing_;                // of the socket: interrupt() must not hit another's that has its number
    std::optional<error> interrupted_;  // why, under the same
    net::unique_fd socket_;
    core::connected_to to_;
    core::engine engine_;
    core::pumped_channel pump_;
    core::clock::duration receive_timeout_{};  // as SO_RCVTIMEO has it; zero: not set
    core::clock::time_point used_ = core::clock::now();
    core::clock::time_point now_ = used_;  // when it last looked at the clock: after each wait
    std::shared_ptr<const connection_config> config_;
    std::unique_ptr<net::waker> waker_;  // once a call had a stop_token
    bool may_be_woken_ = false;          // the call that runs has one
};

}  // namespace howdah::blocking::detail
