#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/base/secret_string.hpp"
#include "howdah/sim/reception/login_secrets.hpp"
#include "howdah/sim/reception/server_tls.hpp"
#include "howdah/wire/frontend_parsing.hpp"
#include "howdah/wire/message_splitter.hpp"
#include "howdah/wire/scram_server.hpp"
#include "howdah/wire/startup_authentication.hpp"

namespace howdah::sim {

/// How clients are let in.
struct reception_options {
    enum class login : std::uint8_t {
        trust,
        password,  // in cleartext; over TLS, or from this machine
        md5,
        scram_sha_256,  // with channel binding where there is TLS
        pass_through,   // asks for a cleartext password, as `password` does, for its owner to log in with elsewhere
    };
    enum class encryption : std::uint8_t { offered, required };

    login how = login::trust;
    std::shared_ptr<const login_secrets> users{};     // for password, md5 and scram_sha_256
    std::shared_ptr<const server_tls_context> tls{};  // null: SSLRequest is answered with no
    encryption over_network = encryption::offered;    // `required`: clients of a network need TLS
};

/// What a client said of itself, before any statement. It was told that the protocol is 3.0, if it asked for more.
struct introduction {
    std::string user, database;                                     // no database: the user's name
    std::vector<std::pair<std::string, std::string>> parameters{};  // the others, in their order
    secret_string password{};                                       // with pass_through
};

/// What a CancelRequest holds.
struct cancel_key {
    std::uint32_t process_id = 0;
    bytes key;
    friend auto operator<=>(const cancel_key& a, const cancel_key& b) {
        return std::pair{a.process_id, as_text(a.key)} <=> std::pair{b.process_id, as_text(b.key)};
    }
    friend bool operator==(const cancel_key&, const cancel_key&) = default;
};

/// The beginning of a connection as its server sees it (protocol, sections 55.2.1, 55.2.8 and 55.2.10), without I/O:
/// SSLRequest, TLS, StartupMessage, authentication; up to the point where AuthenticationOk would be sent, which its owner
/// does, with what follows. Send output() and report it with written(); read into input_space() and report that with
/// commit().
class reception {
public:
    enum class state : std::uint8_t {
        working,
        admitted,  // the client may be told so: introduced(), take_tls(), left_over()
        cancel,    // it was a CancelRequest: request()
        ended,     // send output(), and close
    };

    /// `peer`: open_network, or local_socket for a unix socket and for this machine's own addresses.
    reception(const reception_options& options, wire::channel_kind peer);

    enum state state() const noexcept { return state_; }

    bytes_view output();
    void written(std::size_t n);
    std::span<std::byte> input_space();
    void commit(std::size_t n);
    void input_ended() noexcept { state_ = state::ended; }

    // Once admitted.
    const introduction& introduced() const noexcept { return who_; }
    server_tls take_tls() noexcept { return std::move(tls_); }
    /// What came behind the last answer, in plain bytes. Nothing with most clients, which wait for theirs.
    bytes_view left_over() const noexcept { return rest_; }

    /// Once it is a CancelRequest.
    const cancel_key& request() const noexcept { return cancel_; }

private:
    enum class step : std::uint8_t { startup, tls_handshake, password, md5_answer, scram_first, scram_final };

    void take_ciphertext(bytes_view in);
    void take_plain(bytes_view in);
    void take(const wire::message_view& m);
    void take_startup(bytes_view body);
    void take_introduction(const wire::startup_packet& m);
    void begin_tls();
    void begin_login();
    void ask_for_password();
    void take_password(bytes_view body);
    void take_md5_answer(bytes_view body);
    void take_scram_first(bytes_view body);
    void take_scram_final(bytes_view body);
    void refuse(std::string_view code, std::string text);
    void refuse_login();
    void seal();

    const reception_options& options_;
    wire::channel_kind peer_;
    enum state state_ = state::working;
    step step_ = step::startup;
    server_tls tls_;
    wire::message_splitter messages_;
    introduction who_;
    cancel_key cancel_;
    std::array<std::byte, 4> md5_salt_{};
    std::optional<wire::scram_server> scram_;
    bytes input_, rest_;
    bytes output_;  // plain
    std::size_t written_ = 0;
};

}  // namespace howdah::sim
