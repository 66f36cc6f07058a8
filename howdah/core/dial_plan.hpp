#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "howdah/config/connection_config.hpp"
#include "howdah/core/credentials.hpp"
#include "howdah/core/handshake.hpp"
#include "howdah/net/address.hpp"

namespace howdah::core {

/// In which order hosts, their addresses and the kinds of TLS are tried, by libpq's rules. Does no I/O:
///
///     while (auto* host = plan.next_host())          // resolve it: plan.resolved(...) or plan.failed(...)
///         while (plan.has_attempt()) {
///             if (auto* question = plan.question()) ...  // ask it: plan.given(...) or plan.not_given(...), continue
///             auto attempt = plan.next_attempt();        // connect, handshake: plan.connected(), or plan.failed(...)
///         }
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
    /// can't be used (connection_config::validate, tls_context). `state`: null makes one.
    dial_plan(const connection_config& config, double (*draw)(), std::shared_ptr<shared_state> state = nullptr);

    const endpoint* next_host();
    void resolved(std::vector<net::address> addresses);
    bool has_attempt() const noexcept { return !stop_ && address_ < addresses_.size(); }
    /// What the credential provider has to be asked before the next attempt, on a thread that may wait if it does so.
    /// Null: nothing.
    const credential_question* question() const noexcept;
    void given(secret_string password);
    void not_given(error why);
    /// Only if has_attempt(), and nothing is to be asked.
    attempt next_attempt() const;
    /// The last attempt came to a session.
    void connected();
    /// Of the password that the last attempt had from a provider, where that knows it.
    std::optional<credential_expiry> expiry() const;
    /// The last host or attempt failed. `h` is null where it did not come to a handshake.
    void failed(error why, const handshake* h);

    shared_secrets& shared() noexcept { return *shared_; }
    /// All attempts' failures in one, with the last one's code.
    error failure() const;

    const connection_config& config() const noexcept { return config_; }
    phase_times times{};

private:
    std::vector<wire::tls_request> tls_ladder(const endpoint& host) const;
    bool asks_for_passwords() const noexcept;
    void begin_credentials(const endpoint& host);
    bool may_try_another_password(const error& why, const handshake& h);

    const connection_config& config_;
    std::shared_ptr<shared_secrets> shared_;
    std::vector<std::size_t> order_;
    endpoint other_transport_;  // stands for a transport that is no socket of ours
    std::vector<net::address> addresses_;
    std::vector<wire::tls_request> ladder_;
    std::size_t host_ = 0, address_ = 0, rung_ = 0;  // what is tried next
    std::size_t current_ = 0;                        // index of the host that is tried now
    password_choice passwords_;
    int pass_ = 0;  // prefer_standby makes two
    bool stop_ = false;
    std::vector<error> failures_;
};

}  // namespace howdah::core
