#include "howdah/config/connection_config.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "howdah/base/error.hpp"

namespace howdah {
namespace {

[[noreturn]] void refuse(std::string what) { throw error{errc::invalid_option, std::move(what)}; }

// A NUL would end the parameter in the StartupMessage, and what follows it would be taken for another one.
void check_text(std::string_view name, std::string_view text) {
    if (text.find('\0') != text.npos) refuse(std::string{name} + " has a NUL in it");
}

void check_hosts(const connection_config& c) {
    if (c.hosts.empty() && c.transport == "postgresql") refuse("host: there is none; give a name or a socket's folder");
    for (const auto& host : c.hosts) {
        check_text("host", host.host);
        check_text("hostaddr", host.hostaddr);
        if (host.host.empty() && host.hostaddr.empty()) refuse("host: one of the hosts has no name and no address");
        if (host.port == 0) refuse("port: 0 is no port of " + host.to_string());
    }
    if (!c.host_passwords.empty() && c.host_passwords.size() != c.hosts.size())
        refuse("host_passwords: give one for each host, or none");
}

void check_startup(const connection_config& c) {
    check_text("user", c.username);
    check_text("dbname", c.database);
    check_text("password", c.password.reveal());
    for (const auto& password : c.host_passwords) check_text("password", password.reveal());
    check_text("application_name", c.application_name);
    check_text("fallback_application_name", c.fallback_application_name);
    check_text("options", c.options);
    check_text("replication", c.replication);
    for (const auto& [name, value] : c.server_settings) {
        if (name.empty()) refuse("server_settings: a setting has no name");
        check_text("a name in server_settings", name);
        check_text("server_settings: " + name, value);
    }
    if (c.min_protocol_version > c.max_protocol_version)
        refuse("min_protocol_version is greater than max_protocol_version");
}

void check_tls(const connection_config& c) {
    if (c.ssl_root_cert == "system" && c.ssl_mode != ssl_mode::verify_full)
        refuse("sslmode: with sslrootcert=system only verify-full tells whose certificate it is");
    if (c.ssl_negotiation == ssl_negotiation::direct && c.ssl_mode < ssl_mode::require)
        refuse("sslmode: sslnegotiation=direct needs require, verify-ca or verify-full");
    if (c.channel_binding == channel_binding::require && c.ssl_mode == ssl_mode::disable)
        refuse("channel_binding: require needs TLS, and sslmode is disable");
    if (c.ssl_max_protocol_version != tls_version::unset && c.ssl_min_protocol_version > c.ssl_max_protocol_version)
        refuse("ssl_min_protocol_version is greater than ssl_max_protocol_version");
}

// What needs TLS must not be shown to who has none: a wrong server would have it in clear.
void check_credentials(const connection_config& c) {
    if (c.credentials == nullptr || c.credentials->needed_channel() != needed_channel::tls) return;
    if (c.ssl_mode == ssl_mode::disable)
        refuse("sslmode: the credential provider gives its secret to TLS connections only, and sslmode is disable; use "
               "verify-full");
    const auto local = std::ranges::find_if(c.hosts, &endpoint::is_unix_socket);
    if (local != c.hosts.end())
        refuse("host: the credential provider gives its secret to TLS connections only, and " + local->to_string() +
               " is a unix socket");
}

void check_supported(const connection_config& c) {
    for (const auto& refused : c.refused) throw error{errc::unsupported_option, refused.option + ": " + refused.reason};
    if (c.gss_enc_mode == gss_enc_mode::require)
        throw error{errc::unsupported_option, "gssencmode: GSSAPI encryption is not supported; use TLS"};
    constexpr auto known = static_cast<unsigned>(auth_method::none) | static_cast<unsigned>(auth_method::password) |
                           static_cast<unsigned>(auth_method::md5) | static_cast<unsigned>(auth_method::scram_sha_256);
    if ((c.require_auth & known) == 0)
        throw error{errc::unsupported_option,
                    "require_auth: of the methods that it leaves, this client does none; it does none, password, md5 "
                    "and scram-sha-256"};
}

std::string_view word_of(ssl_mode m) {
    switch (m) {
        case ssl_mode::disable: return "disable";
        case ssl_mode::allow: return "allow";
        case ssl_mode::prefer: return "prefer";
        case ssl_mode::require: return "require";
        case ssl_mode::verify_ca: return "verify-ca";
        case ssl_mode::verify_full: return "verify-full";
    }
    return "";
}

void check_profile(const connection_config& c) {
    if (c.security_profile != security_profile::production) return;
    const auto objections = c.below_production();
    if (objections.empty()) return;
    std::string text = "security_profile=production refuses this connection: ";
    for (const auto& one : objections) text.append(&one == objections.data() ? "" : "; ").append(one);
    throw error{errc::below_security_profile, std::move(text)};
}

void check_limits(const connection_config& c) {
    using std::chrono::milliseconds;
    if (c.connect_timeout < milliseconds{0}) refuse("connect_timeout is negative; zero is none");
    if (c.query_timeout < milliseconds{0}) refuse("query_timeout is negative; zero is none");
    if (c.slow_query < milliseconds{0}) refuse("slow_query is negative");
    if (c.idle_in_transaction < milliseconds{0}) refuse("idle_in_transaction is negative");
    if (c.cancel_grace < milliseconds{0}) refuse("cancel_grace is negative");
    if (c.tcp_user_timeout < milliseconds{0}) refuse("tcp_user_timeout is negative; zero is the system's default");
    if (c.keepalives_idle.count() < 0 || c.keepalives_interval.count() < 0)
        refuse("keepalives_idle or keepalives_interval is negative; zero is the system's default");
    if (c.scram_iteration_limit == 0) refuse("scram_iteration_limit is 0: no server could be let in");
    if (c.max_result_bytes == 0) refuse("max_result_bytes is 0: no row could be returned");
    if (c.max_message_bytes < c.smallest_message_limit)
        refuse("max_message_bytes is below " + std::to_string(c.smallest_message_limit) + ": an error would not fit");
    if (c.pipeline_depth == 0) refuse("pipeline_depth is 0: nothing could be sent");
    if (c.pipeline_bytes == 0) refuse("pipeline_bytes is 0: nothing could be sent");
}

}  // namespace

std::string endpoint::to_string() const {
    if (is_unix_socket()) return host + "/.s.PGSQL." + std::to_string(port);
    const auto& name = host.empty() ? hostaddr : host;
    const bool bracketed = name.find(':') != name.npos;
    auto out = bracketed ? '[' + name + ']' : name;
    out += ':' + std::to_string(port);
    if (!host.empty() && !hostaddr.empty()) out += " (at " + hostaddr + ')';
    return out;
}

std::vector<std::string> connection_config::below_production() const {
    std::vector<std::string> out;
    const auto network = std::ranges::find_if(hosts, [](const endpoint& e) { return !e.is_unix_socket(); });
    if (network == hosts.end()) return out;
    if (ssl_mode != ssl_mode::verify_full)
        out.push_back("sslmode=" + std::string{word_of(ssl_mode)} + " does not prove that who answers is " +
                      network->to_string() +
                      "; set sslmode=verify-full, and sslrootcert to the authority's certificate");
    if (allow_cleartext_without_tls)
        out.emplace_back("allow_cleartext_without_tls would show the password to the network; leave it out");
    if (!ssl_key_log_file.empty())
        out.emplace_back("sslkeylogfile lets whoever reads that file decrypt the connection; leave it out");
    constexpr auto weak = static_cast<unsigned>(auth_method::password) | static_cast<unsigned>(auth_method::md5);
    if ((require_auth & ~weak) == 0)
        out.emplace_back("require_auth allows nothing but password and md5; let it allow scram-sha-256, or none with a "
                         "client certificate");
    return out;
}

void connection_config::validate() const {
    check_supported(*this);
    check_hosts(*this);
    check_startup(*this);
    check_tls(*this);
    check_credentials(*this);
    check_limits(*this);
    check_profile(*this);
}

}  // namespace howdah
