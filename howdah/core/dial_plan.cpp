#include "howdah/core/dial_plan.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/net/transport.hpp"

namespace howdah::core {
namespace {

bool wants_tls(const connection_config& c) {
    return c.ssl_mode != ssl_mode::disable &&
           std::ranges::any_of(c.hosts, [](const endpoint& e) { return !e.is_unix_socket(); });
}

secret_string scram_key(const char* option, const secret_string& base64) {
    if (base64.empty()) return {};
    auto key = wire::decode_scram_key(base64.reveal());
    if (!key) throw error{errc::invalid_option, std::string{option} + " is not a key of 32 bytes in base64"};
    return std::move(*key);
}

std::vector<std::size_t> host_order(const connection_config& c, double (*draw)()) {
    std::vector<std::size_t> order(c.hosts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (c.load_balance_hosts == load_balance_hosts::random)
        for (std::size_t i = order.size(); i > 1; --i)
            std::swap(order[i - 1], order[static_cast<std::size_t>(draw() * static_cast<double>(i))]);
    return order;
}

}  // namespace

dial_plan::dial_plan(const connection_config& config, double (*draw)(), std::shared_ptr<shared_state> state)
    : config_{config}, shared_{std::make_shared<shared_secrets>()}, order_{host_order(config, draw)} {
    config.validate();
    if (state != nullptr) shared_->state = std::move(state);
    shared_->scram_keys = {.client = scram_key("scram_client_key", config.scram_client_key),
                           .server = scram_key("scram_server_key", config.scram_server_key)};
    if (!net::is_plain_transport(config)) {
        order_ = {0};
        other_transport_.host = config.transport;
    } else if (wants_tls(config)) shared_->tls = shared_->state->tls.find(config);
}

const endpoint* dial_plan::next_host() {
    if (stop_) return nullptr;
    if (host_ == order_.size()) {
        if (config_.target_session_attrs != target_session_attrs::prefer_standby || pass_ == 1) return nullptr;
        pass_ = 1;  // no standby: any server will do
        host_ = 0;
    }
    current_ = order_[host_++];
    addresses_.clear();
    address_ = rung_ = 0;
    if (!net::is_plain_transport(config_)) {
        ladder_ = {wire::tls_request::none};
        return &other_transport_;
    }
    ladder_ = tls_ladder(config_.hosts[current_]);
    begin_credentials(config_.hosts[current_]);
    return &config_.hosts[current_];
}

void dial_plan::resolved(std::vector<net::address> addresses) { addresses_ = std::move(addresses); }

void dial_plan::begin_credentials(const endpoint& host) {
    if (config_.credentials == nullptr) return;
    passwords_.begin(config_.credentials,
                     {.host = host.host.empty() ? host.hostaddr : host.host,
                      .port = host.port,
                      .user = config_.username,
                      .database = config_.database.empty() ? config_.username : config_.database},
                     host.to_string());
}

const credential_question* dial_plan::question() const noexcept {
    return asks_for_passwords() ? passwords_.question() : nullptr;
}

void dial_plan::given(secret_string password) {
    passwords_.given(std::move(password), shared_->state->passwords);
    if (passwords_.over()) stop_ = true;
}

void dial_plan::not_given(error why) {
    const bool again = passwords_.question()->why == credential_question::occasion::refused;
    failures_.push_back(std::move(why.at(phase::authenticate)));
    if (passwords_.not_given(shared_->state->passwords)) return;
    // The server has said no already; only a provider that has not begun may do better for another host.
    if (again) stop_ = true;
    addresses_.clear();
}

void dial_plan::connected() {
    if (asks_for_passwords()) passwords_.accepted(shared_->state->passwords);
}

std::optional<credential_expiry> dial_plan::expiry() const {
    return asks_for_passwords() ? passwords_.expiry() : std::nullopt;
}

dial_plan::attempt dial_plan::next_attempt() const {
    const auto wanted = config_.target_session_attrs != target_session_attrs::prefer_standby
                            ? config_.target_session_attrs
                        : pass_ == 0 ? target_session_attrs::standby
                                     : target_session_attrs::any;
    const bool own = config_.password.empty() && current_ < config_.host_passwords.size();
    const auto* password = asks_for_passwords() ? &passwords_.password()
                           : own                ? &config_.host_passwords[current_]
                                                : &config_.password;
    return attempt{.host = net::is_plain_transport(config_) ? &config_.hosts[current_] : &other_transport_,
                   .to = &addresses_[address_],
                   .tls = ladder_[rung_],
                   .password = password,
                   .wanted = wanted};
}

void dial_plan::failed(error why, const handshake* h) {
    if (why.code() == errc::authentication_refused && !config_.passfile_problem.empty())
        why.prefixed(config_.passfile_problem + "; ");
    failures_.push_back(std::move(why));
    if (addresses_.empty()) return;  // the host did not resolve
    const auto& e = failures_.back();
    const bool may_climb = h != nullptr && rung_ + 1 < ladder_.size() && e.code() != errc::wrong_server_role;
    // prefer goes on without TLS if TLS or the server failed with it; allow goes on with TLS if the server refused.
    if (may_climb && (ladder_[rung_] == wire::tls_request::prefer ? h->used_tls() : h->refused_by_server())) {
        ++rung_;
        return;
    }
    rung_ = 0;
    if (h != nullptr && may_try_another_password(e, *h)) return;
    ++address_;
    // A server that answers and says no would say it on every address; one that starts up or shuts down may not.
    if (h != nullptr && h->refused_by_server() && e.state() != cannot_connect_now) stop_ = true;
}

// At the same address, and by the best kind of TLS again.
bool dial_plan::may_try_another_password(const error& why, const handshake& h) {
    const bool of_password = why.state() == invalid_password || why.state() == invalid_authorization_specification ||
                             why.state() == protocol_violation;  // PgBouncer's word for it
    return asks_for_passwords() && h.refused_by_server() && of_password &&
           passwords_.refused(shared_->state->passwords);
}

bool dial_plan::asks_for_passwords() const noexcept {
    return config_.credentials != nullptr && net::is_plain_transport(config_);
}

std::vector<wire::tls_request> dial_plan::tls_ladder(const endpoint& host) const {
    using enum wire::tls_request;
    if (host.is_unix_socket() || config_.ssl_mode == ssl_mode::disable) return {none};
    if (config_.ssl_negotiation == ssl_negotiation::direct) return {direct};
    // The secret must not go where TLS is not: neither by a server that has none, nor by one that fails with it.
    if (config_.credentials != nullptr && config_.credentials->needed_channel() == needed_channel::tls)
        return {require};
    switch (config_.ssl_mode) {
        case ssl_mode::disable: return {none};
        case ssl_mode::allow: return {none, require};
        case ssl_mode::prefer: return {prefer, none};
        case ssl_mode::require:
        case ssl_mode::verify_ca:
        case ssl_mode::verify_full: return {require};
    }
    return {require};
}

error dial_plan::failure() const {
    if (failures_.empty()) return error{errc::connect_failed, "there is no host to connect to"}.with_times(times);
    auto last = failures_.back();
    last.with_times(times).with_fate(fate::not_sent);
    if (failures_.size() == 1) return last;
    std::string before = "tried " + std::to_string(failures_.size()) + " ways; ";
    for (std::size_t i = 0; i + 1 < failures_.size(); ++i) before.append(failures_[i].what()).append("; then ");
    return last.prefixed(before);
}

}  // namespace howdah::core
