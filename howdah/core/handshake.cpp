#include "howdah/core/handshake.hpp"

#include <utility>

#include "howdah/base/reader.hpp"
#include "howdah/core/columns.hpp"
#include "howdah/sql/data_row.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {
namespace {

// A field of a sound row, which may be empty or NULL.
bool says_true(const std::byte* field) noexcept {
    const auto value = data_row::load(field, {});
    return value.data.size() == 1 && value.data[0] == std::byte{'t'};
}

std::vector<std::pair<std::string, std::string>> startup_parameters(const connection_config& c) {
    std::vector<std::pair<std::string, std::string>> out;
    const auto add = [&](const char* name, const std::string& value) {
        if (!value.empty()) out.emplace_back(name, value);
    };
    add("application_name", c.application_name.empty() ? c.fallback_application_name : c.application_name);
    add("options", c.options);
    add("replication", c.replication);
    for (const auto& [name, value] : c.server_settings) out.emplace_back(name, value);
    return out;
}

wire::startup_options startup_options_of(const connection_config& c, const endpoint& server, wire::tls_request tls,
                                         const secret_string& password, shared_secrets& shared) {
    return {.user = c.username,
            .database = c.database,
            .parameters = startup_parameters(c),
            .min_protocol_version = static_cast<std::uint32_t>(c.min_protocol_version),
            .max_protocol_version = static_cast<std::uint32_t>(c.max_protocol_version),
            .tls = tls,
            .authentication = {.password = password,
                               .scram_keys = shared.scram_keys,
                               .require_auth = c.require_auth,
                               .channel_binding = static_cast<wire::channel_binding_policy>(c.channel_binding),
                               .cleartext = c.allow_cleartext_without_tls ? wire::cleartext_password::anywhere
                                                                          : wire::cleartext_password::protected_channel,
                               .secrets = c.security_profile == security_profile::production && !server.is_unix_socket()
                                              ? wire::accepted_secrets::strong
                                              : wire::accepted_secrets::any,
                               .channel = server.is_unix_socket() ? wire::channel_kind::local_socket
                                                                  : wire::channel_kind::open_network,
                               .scram_iteration_limit = c.scram_iteration_limit,
                               .cache = &shared.state->scram,
                               .scram_nonce = {}}};
}

// Whose the answer about the role is: a session throws away the rows of an exchange that is nobody's.
struct role_question final : wire::recipient {
} role_question;

static_assert(static_cast<int>(channel_binding::require) == static_cast<int>(wire::channel_binding_policy::require) &&
              static_cast<int>(channel_binding::disable) == static_cast<int>(wire::channel_binding_policy::disable));

}  // namespace

handshake::handshake(const connection_config& config, const endpoint& server, wire::tls_request tls,
                     const secret_string& password, target_session_attrs wanted, shared_secrets& shared)
    : server_{server},
      wanted_{wanted},
      shared_{shared},
      startup_{startup_options_of(config, server, tls, password, shared)} {
    pump();
}

enum phase handshake::phase() const noexcept {
    switch (startup_.state()) {
        case wire::startup_state::tls_reply:
        case wire::startup_state::tls_handshake: return phase::tls;
        case wire::startup_state::authentication:
        case wire::startup_state::session_setup:
        case wire::startup_state::ready: return phase::authenticate;
        case wire::startup_state::failed: return reached_;
    }
    return phase::authenticate;
}

bytes_view handshake::output() const noexcept {
    if (channel_.encrypted()) return channel_.outgoing();
    return role_check_ ? role_check_->pending_output() : startup_.output();
}

void handshake::written(std::size_t n) noexcept {
    if (channel_.encrypted()) return channel_.sent(n);
    if (role_check_) return role_check_->written(n);
    startup_.written(n);
}

std::span<std::byte> handshake::input_space() {
    if (channel_.encrypted()) return channel_.ciphertext_space(read_size);
    input_.resize(read_size);
    return input_;
}

void handshake::commit(std::size_t n) {
    if (channel_.encrypted()) {
        channel_.commit(n);
    } else {
        plain_.insert(plain_.end(), input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(n));
    }
    pump();
}

void handshake::input_ended() {
    if (channel_.encrypted()) channel_.end_of_input();
    if (role_check_)
        return fail(error{errc::connection_closed, "the server closed the connection while its role was asked for"});
    startup_.input_ended();
    pump();
    if (state_ == state::working)
        fail(error{errc::connection_closed, "the server closed the connection during startup"});
}

void handshake::pump() {
    if (startup_.state() == wire::startup_state::tls_handshake && tls_begun_) {
        step_tls();
        if (startup_.state() == wire::startup_state::tls_handshake) return;
    }
    if (state_ != state::working || !read_tls()) return;
    if (role_check_) {
        step_role_check();
    } else {
        step_startup();
    }
    seal_output();
}

// Brings what TLS has decrypted to plain_. False: it has failed.
bool handshake::read_tls() {
    if (!channel_.encrypted() || startup_.state() == wire::startup_state::tls_handshake) return true;
    for (;;) {
        const auto at = plain_.size();
        plain_.resize(at + read_size);
        std::error_code failed;
        const auto n = channel_.decrypt(std::span{plain_}.subspan(at), failed);
        plain_.resize(at + n);
        if (n == read_size) continue;
        if (!failed) return true;
        if (n == 0 && plain_.empty()) {
            fail(channel_.failure());
            return false;
        }
        return true;
    }
}

void handshake::step_startup() {
    while (state_ == state::working) {
        const auto before = startup_.state();
        reached_ = phase();
        const auto used = startup_.consume(plain_);
        plain_.erase(plain_.begin(), plain_.begin() + static_cast<std::ptrdiff_t>(used));
        const auto now = startup_.state();
        if (now == wire::startup_state::failed) {
            refused_ = startup_.failure()->server() != nullptr;
            return fail(*startup_.failure());
        }
        if (now == wire::startup_state::tls_handshake) return begin_tls();
        if (now == wire::startup_state::ready) return check_role();
        if (used == 0 && now == before) return;
    }
}

void handshake::begin_tls() {
    tls_begun_ = true;
    try {
        channel_.start_tls(shared_.tls, server_);
    } catch (const error& e) {
        return fail(e);
    }
    step_tls();
}

void handshake::step_tls() {
    switch (channel_.handshake()) {
        case net::channel::progress::need_input: return;
        case net::channel::progress::failed: return fail(channel_.failure());
        case net::channel::progress::done: {
            startup_.tls_established(channel_.certificate_hash().value_or(bytes{}));
            if (startup_.state() == wire::startup_state::failed) return fail(*startup_.failure());
            seal_output();
        }
    }
}

void handshake::seal_output() {
    if (!channel_.encrypted() || startup_.state() == wire::startup_state::tls_handshake) return;
    const auto plain = role_check_ ? role_check_->pending_output() : startup_.output();
    if (plain.empty() || state_ == state::failed) return;
    if (channel_.encrypt(plain)) return fail(channel_.failure());
    if (role_check_) {
        role_check_->written(plain.size());
    } else {
        startup_.written(plain.size());
    }
}

// From PostgreSQL 14 on the server has said it already; before, it is asked (libpq does the same).
void handshake::check_role() {
    if (wanted_ == target_session_attrs::any) {
        state_ = state::ready;
        return;
    }
    const auto& known = startup_.result().parameters;
    const auto standby = known.find("in_hot_standby"), read_only = known.find("default_transaction_read_only");
    if (standby != known.end() && read_only != known.end())
        return judge_role(standby->second == "on", standby->second == "on" || read_only->second == "on");
    role_check_.emplace(wire::session_options{});
    role_check_->begin(&role_question);
    wire::serialize(
        wire::simple_query{
            .sql = "select case when pg_catalog.pg_is_in_recovery() then 't' else 'f' end, "
                   "case when pg_catalog.current_setting('transaction_read_only') = 'on' then 't' else 'f' end"},
        role_check_->output());
    role_check_->end();
}

void handshake::step_role_check() {
    const auto space = role_check_->input_space(plain_.size());
    std::memcpy(space.data(), plain_.data(), plain_.size());
    role_check_->commit(plain_.size());
    plain_.clear();
    for (auto e = role_check_->next_event();; e = role_check_->next_event()) {
        using enum wire::event::kind;
        if (e.what == need_input) return;
        if (e.what == rows) {
            const auto row = data_row::split(e.data.data());
            if (!data_row::sound(row.body, 2))
                return fail(error{errc::protocol_violation, "the server's answer about its role makes no sense"});
            const auto* first = row.body.data() + data_row::count_size;
            role_.emplace(says_true(first), says_true(data_row::next(first)));
        } else if (e.what == message && e.tag == wire::tag::error_response) {
            server_message said;
            if (wire::parse(e.data, said))
                return fail(error{errc::protocol_violation, "the server's error about its role makes no sense"});
            return fail(error{std::move(said), fate::not_sent}.prefixed("asking the server's role: "));
        } else if (e.what == ready && role_) {
            return judge_role(role_->first, role_->second);
        } else if (e.what == violation || e.what == unsolicited || e.what == ready) {
            return fail(error{errc::protocol_violation, "the server did not say which role it has"});
        }
    }
}

void handshake::judge_role(bool in_recovery, bool read_only) {
    const auto ok = [&] {
        switch (wanted_) {
            case target_session_attrs::any:
            case target_session_attrs::prefer_standby: return true;
            case target_session_attrs::read_write: return !read_only;
            case target_session_attrs::read_only: return read_only;
            case target_session_attrs::primary: return !in_recovery;
            case target_session_attrs::standby: return in_recovery;
        }
        return true;
    }();
    role_check_.reset();
    if (ok) {
        state_ = state::ready;
        return;
    }
    fail(error{errc::wrong_server_role, std::string{"the server is "} + (in_recovery ? "a standby" : "a primary") +
                                            (read_only ? ", read only" : ", read write") +
                                            ": it does not have the wanted target_session_attrs"});
}

void handshake::fail(error e) {
    if (state_ == state::failed) return;
    state_ = state::failed;
    failure_.emplace(std::move(e.at(phase())));
}

}  // namespace howdah::core
