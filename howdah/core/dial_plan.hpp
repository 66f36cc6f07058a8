#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "howdah/config/connection_config.hpp"
#include "howdah/core/handshake.hpp"
#include "howdah/net/address.hpp"

namespace howdah::core {

/// In which order hosts, their addresses and the kinds of TLS are tried, by libpq's rules. Does no I/O:
///
///     while (auto* host = plan.next_host())          // resolve it: plan.resolved(...) or plan.failed(...)
///         while (auto attempt = plan.next_attempt()) // connect, handshake: done, or plan.failed(...)
///     throw plan.failure();
class dial_plan {
public:
    struct attempt {
        const endpoint* host;
        const net::address* to;
        wire::tls_request tls;
        const secret_string* password;
        target_session_attrs wanted;
    };

    /// `draw` in [0, 1) shuffles the hosts where load_balance_hosts asks for it. Throws error if the configuration
    /// can't be used (connection_config::validate, tls_context).
    dial_plan(const connection_config& config, double (*draw)());

    const endpoint* next_host();
    void resolved(std::vector<net::address> addresses);
    std::optional<attempt> next_attempt();
    /// The last host or attempt failed. `h` is null where it did not come to a handshake.
    void failed(error why, const handshake* h);

    shared_secrets& shared() noexcept { return *shared_; }
    /// All attempts' failures in one, with the last one's code.
    error failure() const;

    const connection_config& config() const noexcept { return config_; }
    phase_times times{};

private:
    std::vector<wire::tls_request> tls_ladder(const endpoint& host) const;

    const connection_config& config_;
    std::shared_ptr<shared_secrets> shared_;
    std::vector<std::size_t> order_;
    endpoint other_transport_;  // stands for a transport that is no socket of ours
    std::vector<net::address> addresses_;
    std::vector<wire::tls_request> ladder_;
    std::size_t host_ = 0, address_ = 0, rung_ = 0;  // what is tried next
    std::size_t current_ = 0;                        // index of the host that is tried now
    int pass_ = 0;                                   // prefer_standby makes two
    bool stop_ = false;
    std::vector<error> failures_;
};

}  // namespace howdah::core
