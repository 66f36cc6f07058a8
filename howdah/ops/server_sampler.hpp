#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "howdah/config/connection_config.hpp"
#include "howdah/observe/observer.hpp"

namespace howdah {

struct server_sampler_options {
    std::chrono::milliseconds look_every{5'000};         // at the locks
    std::chrono::milliseconds connect_every{3'600'000};  // anew, to see what certificates and credentials there are now
    std::chrono::milliseconds patience{2'000};           // for each question

    /// Throws invalid_option.
    void validate() const;
};

/// Asks a server, on a connection and a thread of its own, what our connections can't say themselves: which of our calls wait for
/// locks and who holds those (lock_wait_event), and, by connecting now and then as they did, what ends soon (expiry_event).
/// It is an observer too: give it to pools and clusters, by whose connects it knows which of the server's processes are ours.
/// A sampler knows one server; of a cluster each node has its own. Behind a pooler nobody knows whose a process is.
class server_sampler final : public observer {
public:
    /// `config`: as the connections that it looks after, or of a user who may see more. Throws invalid_option; that the
    /// server can't be reached is told as a warning_event, once.
    server_sampler(connection_config config, std::shared_ptr<observer> to, const server_sampler_options& options = {});
    ~server_sampler() override;

    /// Looks at the server that have ended, well or not, so far.
    std::uint64_t looks() const noexcept;

    using observer::on;
    void on(const connect_event& e) override;
    void on(const connection_lost_event& e) override;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace howdah
