#include "howdah/config/detail/interpret.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/config/detail/require_auth.hpp"
#include "howdah/config/detail/resolve.hpp"
#include "howdah/config/detail/value.hpp"

namespace howdah::config {
namespace {

template <class E>
struct word {
    std::string_view text;
    E meaning;
};

constexpr auto ssl_modes = std::to_array<word<ssl_mode>>({{"disable", ssl_mode::disable},
                                                          {"allow", ssl_mode::allow},
                                                          {"prefer", ssl_mode::prefer},
                                                          {"require", ssl_mode::require},
                                                          {"verify-ca", ssl_mode::verify_ca},
                                                          {"verify-full", ssl_mode::verify_full}});
constexpr auto ssl_negotiations = std::to_array<word<ssl_negotiation>>(
    {{"postgres", ssl_negotiation::postgres}, {"direct", ssl_negotiation::direct}});
constexpr auto ssl_cert_modes = std::to_array<word<ssl_cert_mode>>(
    {{"disable", ssl_cert_mode::disable}, {"allow", ssl_cert_mode::allow}, {"require", ssl_cert_mode::require}});
constexpr auto channel_bindings = std::to_array<word<channel_binding>>({{"disable", channel_binding::disable},
                                                                        {"prefer", channel_binding::prefer},
                                                                        {"require", channel_binding::require}});
constexpr auto gss_enc_modes = std::to_array<word<gss_enc_mode>>(
    {{"disable", gss_enc_mode::disable}, {"prefer", gss_enc_mode::prefer}, {"require", gss_enc_mode::require}});
constexpr auto target_sessions =
    std::to_array<word<target_session_attrs>>({{"any", target_session_attrs::any},
                                               {"read-write", target_session_attrs::read_write},
                                               {"read-only", target_session_attrs::read_only},
                                               {"primary", target_session_attrs::primary},
                                               {"standby", target_session_attrs::standby},
                                               {"prefer-standby", target_session_attrs::prefer_standby}});
constexpr auto load_balances = std::to_array<word<load_balance_hosts>>(
    {{"disable", load_balance_hosts::disable}, {"random", load_balance_hosts::random}});
constexpr auto protocol_versions = std::to_array<word<protocol_version>>(
    {{"3.0", protocol_version::v3_0}, {"3.2", protocol_version::v3_2}, {"latest", protocol_version::v3_2}});
constexpr auto security_profiles = std::to_array<word<security_profile>>(
    {{"standard", security_profile::standard}, {"production", security_profile::production}});
constexpr auto statement_modes = std::to_array<word<statement_mode>>(
    {{"prepare", statement_mode::prepare}, {"unnamed", statement_mode::unnamed}, {"simple", statement_mode::simple}});

class interpreter {
public:
    explicit interpreter(const conninfo& in) : in_{in} {}

    connection_config read() {
        out_.hosts = endpoints(in_);
        read_identity();
        read_tls();
        read_authentication();
        read_timeouts();
        read_session();
        read_own();
        refuse_unsupported();
        return std::move(out_);
    }

private:
    void read_identity() {
        text("dbname", out_.database);
        text("user", out_.username);
        secret("password", out_.password);
        if (in_.source("password") == value_source::passfile) out_.password = {};  // each host has its own
        text("application_name", out_.application_name);
        // An application_name that is said to be empty is meant: nothing falls back then.
        if (!in_.value("application_name")) text("fallback_application_name", out_.fallback_application_name);
    }

    void read_tls() {
        choice("sslmode", ssl_modes, out_.ssl_mode);
        choice("sslnegotiation", ssl_negotiations, out_.ssl_negotiation);
        choice("sslcertmode", ssl_cert_modes, out_.ssl_cert_mode);
        text("sslcert", out_.ssl_cert);
        text("sslkey", out_.ssl_key);
        secret("sslpassword", out_.ssl_password);
        text("sslrootcert", out_.ssl_root_cert);
        text("sslcrl", out_.ssl_crl);
        text("sslcrldir", out_.ssl_crl_dir);
        text("sslkeylogfile", out_.ssl_key_log_file);
        if (const auto sni = in_.value("sslsni")) out_.ssl_sni = sni->starts_with('1');
        tls("ssl_min_protocol_version", out_.ssl_min_protocol_version);
        tls("ssl_max_protocol_version", out_.ssl_max_protocol_version);
        choice("gssencmode", gss_enc_modes, out_.gss_enc_mode);
    }

    void read_authentication() {
        choice("channel_binding", channel_bindings, out_.channel_binding);
        secret("scram_client_key", out_.scram_client_key);
        secret("scram_server_key", out_.scram_server_key);
        text("requirepeer", out_.require_peer);
        if (const auto methods = in_.value("require_auth"))
            out_.require_auth = parse_require_auth(*methods, label("require_auth"));
    }

    void read_timeouts() {
        if (const auto seconds = integer("connect_timeout"))
            out_.connect_timeout = std::chrono::seconds{std::max(*seconds, 0)};
        if (in_.value("keepalives") == "") {
            out_.keepalives = false;  // strtol of nothing is 0 in libpq
        } else if (const auto on = integer("keepalives")) {
            out_.keepalives = *on != 0;
        }
        if (const auto idle = integer("keepalives_idle"))
            out_.keepalives_idle = std::chrono::seconds{std::max(*idle, 0)};
        if (const auto interval = integer("keepalives_interval"))
            out_.keepalives_interval = std::chrono::seconds{std::max(*interval, 0)};
        if (const auto count = integer("keepalives_count"))
            out_.keepalives_count = static_cast<std::uint32_t>(std::max(*count, 0));
        if (const auto timeout = integer("tcp_user_timeout"))
            out_.tcp_user_timeout = std::chrono::milliseconds{std::max(*timeout, 0)};
    }

    void read_session() {
        text("options", out_.options);
        text("replication", out_.replication);
        choice("target_session_attrs", target_sessions, out_.target_session_attrs);
        choice("load_balance_hosts", load_balances, out_.load_balance_hosts);
        choice("min_protocol_version", protocol_versions, out_.min_protocol_version);
        // Who asks for a newer protocol at least is not held to the old one; libpq does the same.
        if (out_.min_protocol_version > out_.max_protocol_version) out_.max_protocol_version = protocol_version::v3_2;
        choice("max_protocol_version", protocol_versions, out_.max_protocol_version);
    }

    void read_own() {
        if (in_.value("security_profile") != "") choice("security_profile", security_profiles, out_.security_profile);
        choice("statement_mode", statement_modes, out_.statement_mode);
        if (const auto given = in_.value("allow_cleartext_without_tls")) {
            const auto allowed = parse_boolean(*given);
            if (!allowed) refuse_value("allow_cleartext_without_tls", "on or off");
            out_.allow_cleartext_without_tls = *allowed;
        }
        duration("query_timeout", out_.query_timeout);
        duration("slow_query", out_.slow_query);
        duration("idle_in_transaction", out_.idle_in_transaction);
        duration("cancel_grace", out_.cancel_grace);
        size("scram_iteration_limit", out_.scram_iteration_limit);
        size("max_result_bytes", out_.max_result_bytes);
        size("max_result_rows", out_.max_result_rows);
        size("max_message_bytes", out_.max_message_bytes);
        size("statement_cache_entries", out_.statement_cache_entries);
        size("statement_cache_bytes", out_.statement_cache_bytes);
        size("max_cached_statement_bytes", out_.max_cached_statement_bytes);
        size("pipeline_depth", out_.pipeline_depth);
        size("pipeline_bytes", out_.pipeline_bytes);
        size("wait_queue", out_.wait_queue);
    }

    void refuse_unsupported() {
        if (const auto encoding = in_.value("client_encoding"); encoding && !means_utf8(*encoding))
            refuse("client_encoding", "the client speaks UTF8 only, and the server converts; leave it out");
        if (out_.gss_enc_mode == gss_enc_mode::require)
            refuse("gssencmode", "GSSAPI encryption is not supported; use TLS with sslmode=verify-full");
        for (const auto* keyword : {"oauth_issuer", "oauth_client_id", "oauth_client_secret", "oauth_scope"})
            refuse_if_given(keyword, "OAuth is not supported; use a password, SCRAM or a certificate");
    }

    void refuse_if_given(std::string_view keyword, std::string_view reason) {
        if (!in_.value(keyword).value_or("").empty()) refuse(keyword, reason);
    }

    void refuse(std::string_view keyword, std::string_view reason) {
        out_.refused.push_back({.option = label(keyword), .reason = std::string{reason}});
    }

    // PostgreSQL ignores case and punctuation in the names of encodings. "auto" asks for the locale's.
    static bool means_utf8(std::string_view encoding) {
        std::string letters;
        for (const char c : encoding)
            if (c != '-' && c != '_' && c != ' ') letters += c;
        for (const auto* name : {"", "auto", "utf8", "unicode"})
            if (equal_ignoring_case(letters, name)) return true;
        return false;
    }

    std::string label(std::string_view keyword) const { return label_of(in_, keyword); }

    [[noreturn]] void refuse_value(std::string_view keyword, std::string_view expected) const {
        throw error{errc::invalid_option, label(keyword) + ": the value is not " + std::string{expected}};
    }

    void text(std::string_view keyword, std::string& out) const {
        if (const auto value = in_.value(keyword)) out = *value;
    }

    void secret(std::string_view keyword, secret_string& out) const {
        if (const auto value = in_.value(keyword)) out = secret_string{*value};
    }

    template <class E, std::size_t N>
    void choice(std::string_view keyword, const std::array<word<E>, N>& words, E& out) const {
        const auto value = in_.value(keyword);
        if (!value) return;
        std::string expected = "one of";
        for (const auto& w : words) {
            if (w.text == *value) {
                out = w.meaning;
                return;
            }
            expected.append(&w == words.data() ? " " : ", ").append(w.text);
        }
        refuse_value(keyword, expected);
    }

    void tls(std::string_view keyword, tls_version& out) {
        const auto value = in_.value(keyword);
        if (!value) return;
        if (value->empty()) {
            out = tls_version::unset;
        } else if (equal_ignoring_case(*value, "TLSv1.2")) {
            out = tls_version::tls1_2;
        } else if (equal_ignoring_case(*value, "TLSv1.3")) {
            out = tls_version::tls1_3;
        } else if (equal_ignoring_case(*value, "TLSv1") || equal_ignoring_case(*value, "TLSv1.1")) {
            refuse(keyword, "TLS before 1.2 is not supported; use TLSv1.2 or TLSv1.3");
        } else {
            refuse_value(keyword, "TLSv1.2 or TLSv1.3");
        }
    }

    std::optional<int> integer(std::string_view keyword) const {
        const auto value = in_.value(keyword);
        if (!value) return std::nullopt;
        const auto number = parse_integer(*value);
        if (!number) refuse_value(keyword, "a whole number of 32 bits");
        return number;
    }

    void duration(std::string_view keyword, std::chrono::milliseconds& out) const {
        const auto value = in_.value(keyword);
        if (!value) return;
        const auto parsed = parse_duration(*value);
        if (!parsed) refuse_value(keyword, "a time such as 500ms, 30s or 5min, or 0 for none");
        out = *parsed;
    }

    template <std::unsigned_integral U>
    void size(std::string_view keyword, U& out) const {
        const auto value = in_.value(keyword);
        if (!value) return;
        const auto parsed = parse_byte_count(*value);
        if (!parsed || *parsed > std::numeric_limits<U>::max())
            refuse_value(keyword, "a whole number, for bytes with a unit such as 64MB if you like");
        out = static_cast<U>(*parsed);
    }

    const conninfo& in_;
    connection_config out_;
};

}  // namespace

connection_config interpret(const conninfo& info) { return interpreter{info}.read(); }

}  // namespace howdah::config
