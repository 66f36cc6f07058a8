#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "howdah/base/bytes.hpp"
#include "howdah/net/socket.hpp"
#include "howdah/net/waker.hpp"
#include "howdah/sim/reception/reception.hpp"
#include "howdah/sim/reception/server_tls.hpp"
#include "howdah/sim/replay/replay_session.hpp"
#include "howdah/sim/replay/replayer.hpp"

namespace howdah::sim {

/// One client of a replay, from its first byte to its last, on a thread of its own: a point select is one recv and one
/// send then. With TLS or without.
class replay_client {
public:
    /// `options` must outlive it. `key` is what a CancelRequest for this client will hold.
    replay_client(net::unique_fd socket, std::shared_ptr<replayer> from, const reception_options& options,
                  cancel_key key);
    replay_client(const replay_client&) = delete;
    replay_client& operator=(const replay_client&) = delete;

    const cancel_key& key() const noexcept { return key_; }

    /// Serves it. `cancel` is called if it wants another client's statement cancelled.
    void run(const std::function<void(const cancel_key&)>& cancel);

    // From any thread.

    /// Whatever it waits for ends; run() returns soon.
    void stop() noexcept;
    /// What it waits for in a delay is cancelled.
    void cancel() noexcept;

private:
    bool receive_client(const std::function<void(const cancel_key&)>& cancel);
    void serve();
    bool wait(replay_session& session);
    bool send_output(replay_session& session);
    bool send_all(bytes_view out);
    bool send_ciphertext();
    std::size_t read_some(std::span<std::byte> into);
    std::size_t receive(std::span<std::byte> into);

    net::unique_fd socket_;
    std::shared_ptr<replayer> from_;
    const reception_options& options_;
    cancel_key key_;
    introduction who_;
    server_tls tls_;
    bytes left_over_, ciphertext_;
    net::waker cancelled_;
};

}  // namespace howdah::sim
