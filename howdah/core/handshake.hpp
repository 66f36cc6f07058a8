#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "howdah/config/connection_config.hpp"
#include "howdah/core/shared_state.hpp"
#include "howdah/net/channel.hpp"
#include "howdah/wire/session.hpp"
#include "howdah/wire/startup.hpp"

namespace howdah::core {

/// What the attempts of one connect share.
struct shared_secrets {
    std::shared_ptr<const net::tls_context> tls;  // null: no attempt asks for TLS
    wire::given_scram_keys scram_keys;
    std::shared_ptr<shared_state> state = std::make_shared<shared_state>();  // never null
};

/// What is read at once before the server is ready, and of a CancelRequest's socket.
inline constexpr std::size_t read_size = std::size_t{16} << 10;

/// One attempt at one address, from the connected socket to a server that is ready and has the wanted role: TLS,
/// startup, authentication, target_session_attrs. Does no I/O.
class handshake {
public:
    enum class state : std::uint8_t { working, ready, failed };

    handshake(const connection_config& config, const endpoint& server, wire::tls_request tls,
              const secret_string& password, target_session_attrs wanted, shared_secrets& shared);

    enum state state() const noexcept { return state_; }
    /// Where the time goes now.
    enum phase phase() const noexcept;
    const error& failure() const noexcept { return *failure_; }
    /// TLS was under way, or ran, when it failed.
    bool used_tls() const noexcept { return tls_begun_; }
    /// The server's own word, after which no other address is tried.
    bool refused_by_server() const noexcept { return refused_; }

    bytes_view output() const noexcept;
    void written(std::size_t n) noexcept;
    std::span<std::byte> input_space();
    void commit(std::size_t n);
    void input_ended();

    // Only when ready.
    /// With TLS, while the channel is not taken.
    net::tls_info tls() const { return channel_.info(); }
    net::channel take_channel() noexcept { return std::move(channel_); }
    wire::startup_result& result() noexcept { return startup_.result(); }
    /// Bytes that came behind the first ReadyForQuery.
    bytes_view left_over() const noexcept { return plain_; }

private:
    void pump();
    bool read_tls();
    void step_startup();
    void begin_tls();
    void step_tls();
    void seal_output();
    void check_role();
    void step_role_check();
    void judge_role(bool in_recovery, bool read_only);
    void fail(error e);

    const endpoint& server_;
    target_session_attrs wanted_;
    shared_secrets& shared_;
    wire::startup startup_;
    net::channel channel_;
    std::optional<wire::session> role_check_;
    std::optional<std::pair<bool, bool>> role_;  // in recovery, read only

    bytes input_;  // what the socket gives, while it is plain
    bytes plain_;  // what the server has said and nobody has used
    enum state state_ = state::working;
    enum phase reached_ = phase::authenticate;  // before it failed
    bool tls_begun_ = false, refused_ = false;
    std::optional<error> failure_;
};

}  // namespace howdah::core
