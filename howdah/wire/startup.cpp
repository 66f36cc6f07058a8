#include "howdah/wire/startup.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <set>

#include "howdah/wire/frontend.hpp"
#include "howdah/wire/startup_diagnosis.hpp"
#include "howdah/wire/untrusted_text.hpp"

namespace howdah::wire {
namespace {

constexpr std::size_t largest_startup_message = 10'000;  // the server's MAX_STARTUP_PACKET_LENGTH
constexpr std::uint32_t protocol_4_0 = 0x40000;
constexpr std::uint32_t shortest_request = 8;  // a length and a number
// libpq's limits before login.
constexpr std::uint32_t longest_request = 2'000, longest_error = 30'000;
// And after it: a login trigger may raise what it likes.
constexpr std::uint32_t longest_setup_message = 30'000, longest_notice = 1u << 20;

struct length_limits {
    std::uint32_t least, most;
};

length_limits limits(char t, startup_state state) noexcept {
    if (state == startup_state::authentication)
        return {shortest_request, t == tag::error_response ? longest_error : longest_request};
    const bool message = t == tag::error_response || t == tag::notice_response;
    return {frame_header::least_length, message ? longest_notice : longest_setup_message};
}

error unexpected(char message_tag) {
    return {errc::protocol_violation, "the server sent a message of type '" + untrusted_text({&message_tag, 1}) +
                                          "' during startup, where none may come"};
}

std::string dotted(std::uint32_t version) {
    return std::to_string(version >> 16) + '.' + std::to_string(version & 0xffff);
}

// "15.4 (Debian 15.4-1)", "17beta1", "9.6.24"; 0: no number.
int major_version(std::string_view server_version) noexcept {
    int major = 0;
    std::from_chars(server_version.data(), server_version.data() + server_version.size(), major);
    return major;
}

// A pooler may write it in its own way.
bool is_utf8(std::string_view encoding) {
    std::string name;
    for (const char c : encoding)
        if (c != '-') name += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return name == "utf8" || name == "unicode";
}

}  // namespace

startup::startup(startup_options options)
    : options_{std::move(options)}, authenticator_{options_.user, options_.authentication} {
    if (auto failure = check_options()) fail(std::move(*failure));
    else begin();
}

startup::~startup() { wipe(output_.data(), output_.size()); }

void startup::fail(error e) {
    const bool tls = state_ == startup_state::tls_reply || state_ == startup_state::tls_handshake;
    failure_ = std::move(e.at(tls ? phase::tls : phase::authenticate));
    state_ = startup_state::failed;
    wipe(output_.data(), output_.size());
    output_.clear();
    output_sent_ = 0;
}

std::size_t startup::refuse(error e) {
    fail(std::move(e));
    return 0;
}

void startup::fail_if(std::error_code bad_message, std::string_view name) {
    if (!bad_message) return;
    fail({errc::protocol_violation,
          "the server's " + std::string{name} + " message is malformed: " + bad_message.message()});
}

std::optional<error> startup::check_parameter(std::string_view name, std::string_view value) const {
    const auto has_nul = [](std::string_view s) { return s.find('\0') != std::string_view::npos; };
    // The server reads up to the NUL and takes the rest for the next parameter: "user", for one.
    if (has_nul(name) || has_nul(value))
        return error{errc::invalid_encoding,
                     "the startup parameter \"" + untrusted_text(name) + "\" has a NUL in its name or value"};
    if (name.empty()) return error{errc::invalid_option, "a startup parameter has no name"};
    return std::nullopt;
}

std::optional<error> startup::check_options() const {
    if (options_.user.empty()) return error{errc::invalid_option, "no user name was given"};
    if (auto failure = check_parameter("user", options_.user)) return failure;
    if (auto failure = check_parameter("database", options_.database)) return failure;
    if (options_.authentication.password.reveal().find('\0') != std::string_view::npos)
        return error{errc::invalid_encoding, "the password has a NUL in it"};
    if (options_.min_protocol_version < protocol_3_0 || options_.max_protocol_version >= protocol_4_0)
        return error{errc::invalid_option, "this client speaks versions 3.0 and 3.2 of the protocol"};
    if (options_.min_protocol_version > options_.max_protocol_version)
        return error{errc::invalid_option, "min_protocol_version is above max_protocol_version"};
    std::set<std::string_view> names{"user", "database"};
    for (const auto& [name, value] : options_.parameters) {
        if (auto failure = check_parameter(name, value)) return failure;
        if (name == "client_encoding" && !is_utf8(value))
            return error{errc::invalid_option,
                         "client_encoding is always UTF8, and \"" + untrusted_text(value) + "\" was asked for"};
        if (!names.insert(name).second)
            return error{errc::invalid_option, "the startup parameter \"" + untrusted_text(name) + "\" is given twice"};
    }
    return std::nullopt;
}

void startup::begin() {
    switch (options_.tls) {
        case tls_request::none: return send_startup_message();
        case tls_request::prefer:
        case tls_request::require:
            serialize(ssl_request{}, output_);
            state_ = startup_state::tls_reply;
            return;
        case tls_request::direct: state_ = startup_state::tls_handshake; return;
    }
}

void startup::send_startup_message() {
    std::vector<std::pair<std::string_view, std::string_view>> parameters{{"user", options_.user}};
    if (!options_.database.empty()) parameters.emplace_back("database", options_.database);
    parameters.emplace_back("client_encoding", "UTF8");
    for (const auto& [name, value] : options_.parameters)
        if (name != "client_encoding") parameters.emplace_back(name, value);
    const auto before = output_.size();
    serialize(startup_message{options_.max_protocol_version, parameters}, output_);
    result_.protocol_version = options_.max_protocol_version;
    state_ = startup_state::authentication;
    if (const auto size = output_.size() - before; size > largest_startup_message)
        fail({errc::message_too_large,
              "the startup parameters take " + std::to_string(size) + " bytes and a server reads no more than 10,000"});
}

void startup::written(std::size_t n) noexcept {
    output_sent_ += n;
    if (output_sent_ < output_.size()) return;
    wipe(output_.data(), output_.size());  // it may have been a password
    output_.clear();
    output_sent_ = 0;
}

std::size_t startup::consume(bytes_view in) {
    std::size_t used = 0;
    while (used < in.size()) {
        std::size_t n = 0;
        switch (state_) {
            case startup_state::tls_reply: n = read_tls_reply(in.subspan(used)); break;
            case startup_state::authentication:
            case startup_state::session_setup: n = read_frame(in.subspan(used)); break;
            case startup_state::tls_handshake:
            case startup_state::ready:
            case startup_state::failed: break;
        }
        if (n == 0) break;
        used += n;
    }
    return used;
}

std::size_t startup::read_tls_reply(bytes_view in) {
    const auto reply = static_cast<char>(in[0]);
    // Anyone on the way could have written it, so its text is not shown (CVE-2024-10977).
    if (reply == 'E')
        return refuse(error{errc::tls_refused, "an error came in place of the answer to SSLRequest; it may not be from "
                                               "the server, so it is not shown: see the server's log"}
                          .unauthenticated());
    if ((reply != 'S' && reply != 'N') || as_text(in).starts_with("SSH-"))
        return refuse(not_postgresql(in).unauthenticated());
    if (in.size() > 1)
        return refuse(error{errc::protocol_violation,
                            "bytes came together with the answer to SSLRequest: someone between may be injecting them "
                            "(CVE-2021-23222), so the connection is not used"}
                          .unauthenticated());
    if (reply == 'N' && options_.tls == tls_request::require)
        return refuse(error{errc::tls_refused, "the server does not offer TLS; set ssl=on there, or sslmode=prefer or "
                                               "disable here on a network that nobody else reads"}
                          .unauthenticated());
    if (reply == 'S') state_ = startup_state::tls_handshake;
    else send_startup_message();
    return 1;
}

void startup::tls_established(bytes certificate_hash) {
    assert(state_ == startup_state::tls_handshake);
    authenticator_.tls_established(std::move(certificate_hash));
    send_startup_message();
}

bool startup::may_come(char t) const noexcept {
    if (state_ == startup_state::authentication)
        return t == tag::authentication || t == tag::error_response ||
               (t == tag::negotiate_protocol_version && !version_negotiated_);
    return t == tag::backend_key_data || t == tag::parameter_status || t == tag::ready_for_query ||
           t == tag::error_response || t == tag::notice_response;
}

std::size_t startup::read_frame(bytes_view in) {
    const auto t = static_cast<char>(in[0]);
    const bool known = may_come(t);
    if (!known && heard_postgresql_) return refuse(unexpected(t));
    if (!known) return refuse(not_postgresql(in));
    if (in.size() < frame_header::size) return 0;
    const auto header = frame_header::load(in.data());
    const auto [least, most] = limits(t, state_);
    if (header.length < least || header.length > most) return refuse_length(header, in);
    if (in.size() < header.frame_size()) return 0;
    heard_postgresql_ = true;
    take(t, in.subspan(frame_header::size, header.body_size()));
    return state_ == startup_state::failed ? 0 : header.frame_size();
}

std::size_t startup::refuse_length(frame_header header, bytes_view in) {
    if (!heard_postgresql_ && header.tag == tag::error_response) return read_plain_text_error(in);
    if (!heard_postgresql_) return refuse(not_postgresql(in));
    const auto [least, most] = limits(header.tag, state_);
    return refuse({errc::message_too_large, "the server sent a message of type '" + std::string{header.tag} +
                                                "' with length " + std::to_string(header.length) +
                                                " during startup; between " + std::to_string(least) + " and " +
                                                std::to_string(most) + " is allowed"});
}

// A server that can't fork a process for the session says so in the format of protocol 2: 'E', text, NUL.
std::size_t startup::read_plain_text_error(bytes_view in) {
    constexpr std::size_t longest = 1'000;
    const auto text = as_text(in);
    const auto end = text.find_first_of(std::string_view{"\n\0", 2});
    if (end == std::string_view::npos && text.size() < longest) return 0;
    error e{errc::connect_failed, "the other end answered in plain text, \"" + untrusted_text(text.substr(1, end - 1)) +
                                      "\": a PostgreSQL server does so if it can't start a process for the session"};
    return refuse(e.unauthenticated());
}

void startup::take(char t, bytes_view body) {
    switch (t) {
        case tag::authentication: return take_authentication(body);
        case tag::negotiate_protocol_version: return take_protocol_version(body);
        case tag::backend_key_data: return take_key(body);
        case tag::parameter_status: return take_parameter(body);
        case tag::notice_response: return take_notice(body);
        case tag::error_response: return take_error(body);
        case tag::ready_for_query: return take_ready(body);
        default: return fail(unexpected(t));
    }
}

void startup::take_authentication(bytes_view body) {
    authentication request{};
    if (const auto bad = parse(body, request)) return fail_if(bad, "Authentication");
    if (auto failure = authenticator_.answer(request, output_)) return fail(std::move(*failure));
    if (const auto& scram = authenticator_.scram()) {
        result_.scram_iterations = scram->iterations();
        result_.weak_scram_iterations = scram->weak_iterations();
    }
    if (!authenticator_.finished()) return;
    result_.method = authenticator_.method();
    result_.channel_bound = authenticator_.channel_bound();
    state_ = startup_state::session_setup;
}

// libpq's pqGetNegotiateProtocolVersion3.
void startup::take_protocol_version(bytes_view body) {
    negotiate_protocol_version m{};
    if (const auto bad = parse(body, m)) return fail_if(bad, "NegotiateProtocolVersion");
    version_negotiated_ = true;
    // The documentation speaks of the minor version alone, servers send both.
    const auto newest = m.newest >> 16 == 0 ? m.newest | protocol_3_0 : m.newest;
    const auto reject = [&](std::string_view why) {
        fail({errc::protocol_violation,
              "the server negotiates protocol version " + dotted(newest) + ", " + std::string{why}});
    };
    if (newest < protocol_3_0) return reject("which is older than 3.0");
    if (newest > options_.max_protocol_version) return reject("which is newer than what was asked for");
    // Version 3.1 is left out: a pooler used the number for something else.
    if (newest == protocol_3_0 + 1) return reject("which does not exist");
    if (newest == options_.max_protocol_version && m.unknown_options.empty()) return reject("and asks for no change");
    if (newest < options_.min_protocol_version)
        return fail({errc::unsupported_option, "the server speaks protocol version " + dotted(newest) +
                                                   " at most and min_protocol_version is " +
                                                   dotted(options_.min_protocol_version)});
    for (const auto name : m.unknown_options) {
        const auto sent = std::ranges::find(options_.parameters, name, &std::pair<std::string, std::string>::first);
        if (!name.starts_with("_pq_.") || sent == options_.parameters.end())
            return reject("and does not know an option that was not sent: " + untrusted_text(name));
        result_.unknown_options.emplace_back(name);
    }
    result_.protocol_version = newest;
}

void startup::take_key(bytes_view body) {
    constexpr std::size_t key_size_in_3_0 = 4;
    backend_key_data m{};
    if (const auto bad = parse(body, m)) return fail_if(bad, "BackendKeyData");
    if (result_.protocol_version == protocol_3_0 && m.cancel_key.size() != key_size_in_3_0)
        return fail_if(errc::trailing_bytes, "BackendKeyData");
    result_.process_id = m.process_id;
    result_.cancel_key.assign(m.cancel_key.begin(), m.cancel_key.end());
}

void startup::take_parameter(bytes_view body) {
    parameter_status m{};
    if (const auto bad = parse(body, m)) return fail_if(bad, "ParameterStatus");
    parameter_bytes_ += body.size();
    if (result_.parameters.size() >= max_parameters || parameter_bytes_ > max_parameter_bytes)
        return fail({errc::protocol_violation, "the server reports too many parameters"});
    if (m.name == "server_version") {
        const auto major = major_version(m.value);
        // PgBouncer's own console has no other version than the pooler's.
        if (major < oldest_server && !m.value.ends_with("/bouncer"))
            return fail({errc::server_too_old,
                         "the server is PostgreSQL " + untrusted_text(m.value) + " and this client needs 12 or newer"});
    }
    result_.parameters.insert_or_assign(std::string{m.name}, std::string{m.value});
}

void startup::take_notice(bytes_view body) {
    server_message m;
    if (const auto bad = parse(body, m)) return fail_if(bad, "NoticeResponse");
    notice_bytes_ += body.size();
    if (result_.notices.size() < max_notices && notice_bytes_ <= max_notice_bytes)
        result_.notices.push_back(std::move(m));
    else ++result_.notices_dropped;
}

void startup::take_error(bytes_view body) {
    server_message m;
    if (const auto bad = parse(body, m)) return fail_if(bad, "ErrorResponse");
    const auto advice = remedy(m.code);
    error e{std::move(m), fate::not_sent};
    e.prefixed("logging in as user \"" + options_.user + "\" to database \"" +
               (options_.database.empty() ? options_.user : options_.database) + "\" failed" +
               (advice.empty() ? std::string{} : " (" + std::string{advice} + ")") + ": ");
    const bool proved = state_ == startup_state::session_setup || authenticator_.server_verified();
    if (!proved && authenticator_.channel() == channel_kind::open_network) e.unauthenticated();
    fail(std::move(e));
}

void startup::take_ready(bytes_view body) {
    ready_for_query m{};
    if (const auto bad = parse(body, m)) return fail_if(bad, "ReadyForQuery");
    const auto encoding = result_.parameters.find("client_encoding");
    if (encoding != result_.parameters.end() && !is_utf8(encoding->second))
        return fail({errc::encoding_changed, "the server set client_encoding to " + untrusted_text(encoding->second) +
                                                 " though UTF8 was asked for"});
    result_.transaction_status = m.status;
    state_ = startup_state::ready;
}

void startup::input_ended() {
    const auto closed = [this](std::string_view when) {
        error e{errc::connection_closed, "the other end closed the connection " + std::string{when}};
        if (authenticator_.channel() == channel_kind::open_network) e.unauthenticated();
        fail(std::move(e));
    };
    switch (state_) {
        case startup_state::tls_reply: return closed("in place of an answer to SSLRequest; is it a PostgreSQL server?");
        case startup_state::tls_handshake: return closed("during the TLS handshake");
        case startup_state::authentication:
            if (!heard_postgresql_) return closed("in place of an answer to the first message; see the server's log");
            if (authenticator_.awaits_verdict())
                return closed("when it had the password's proof; see the server's log");
            return closed("during authentication; see the server's log");
        case startup_state::session_setup: return closed("before the session was ready; see the server's log");
        case startup_state::ready:
        case startup_state::failed: return;
    }
}

}  // namespace howdah::wire
