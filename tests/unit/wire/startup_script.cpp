#include "tests/unit/wire/startup_script.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "howdah/wire/frontend.hpp"

namespace howdah::wire::script {
namespace {

std::size_t size_of(const transcript& server) {
    std::size_t size = 0;
    for (const auto& t : server) size += t.reply.size();
    return size;
}

// Hands over `reply` in pieces, with what the client left in front; false when the client has ended.
bool hand_over(startup& client, std::string_view reply, std::size_t piece, std::string& unread) {
    while (!reply.empty()) {
        if (client.state() == startup_state::ready || client.state() == startup_state::failed) return false;
        unread += reply.substr(0, piece);
        reply.remove_prefix(std::min(piece, reply.size()));
        unread.erase(0, client.consume(as_bytes(unread)));
    }
    return true;
}

}  // namespace

std::string number(std::uint32_t value) {
    bytes out;
    put_u32(out, value);
    return std::string{as_text(out)};
}

std::string message(char tag, std::string_view body) {
    return tag + number(static_cast<std::uint32_t>(body.size() + 4)) + std::string{body};
}

std::string request(kind what, std::string_view payload) {
    return message(tag::authentication, number(static_cast<std::uint32_t>(what)) + std::string{payload});
}

std::string mechanisms(const std::vector<std::string_view>& names) {
    std::string list;
    for (const auto name : names) list.append(name).push_back('\0');
    list.push_back('\0');
    return request(kind::sasl, list);
}

std::string parameter(std::string_view name, std::string_view value) {
    return message(tag::parameter_status, std::string{name} + '\0' + std::string{value} + '\0');
}

std::string key(std::uint32_t process_id, std::string_view cancel_key) {
    return message(tag::backend_key_data, number(process_id) + std::string{cancel_key});
}

std::string negotiation(std::uint32_t newest, const std::vector<std::string_view>& unknown_options) {
    auto body = number(newest) + number(static_cast<std::uint32_t>(unknown_options.size()));
    for (const auto name : unknown_options) body.append(name).push_back('\0');
    return message(tag::negotiate_protocol_version, body);
}

std::string refusal(std::string_view sqlstate, std::string_view text, char tag) {
    const std::string severity = tag == tag::error_response ? "FATAL" : "WARNING";
    return message(tag, "S" + severity + '\0' + "V" + severity + '\0' + "C" + std::string{sqlstate} + '\0' + "M" +
                            std::string{text} + '\0' + '\0');
}

std::string ready() { return message(tag::ready_for_query, "I"); }

std::string welcome() {
    return request(kind::ok) + parameter("server_version", "15.4") + parameter("client_encoding", "UTF8") + key(77) +
           ready();
}

std::string hello(std::uint32_t version) {
    const auto body = number(version) + std::string{"user\0app\0database\0shop\0client_encoding\0UTF8\0\0"sv};
    return number(static_cast<std::uint32_t>(body.size() + 4)) + body;
}

std::string answer(std::string_view body) { return message('p', body); }

startup_options options() {
    startup_options o;
    o.user = "app";
    o.database = "shop";
    o.authentication.password = secret_string{"pencil"};
    return o;
}

void play(startup& client, const transcript& server, pace p, std::size_t most, bytes_view certificate_hash) {
    const auto piece = p == pace::single_bytes ? 1 : std::numeric_limits<std::size_t>::max();
    std::string unread;
    for (const auto& [sent, reply] : server) {
        if (client.state() == startup_state::tls_handshake)
            client.tls_established(bytes(certificate_hash.begin(), certificate_hash.end()));
        if (client.state() == startup_state::failed) return;
        EXPECT_EQ(as_text(client.output()), sent);
        client.written(client.output().size());
        const auto now = std::min(most, reply.size());
        if (!hand_over(client, std::string_view{reply}.substr(0, now), piece, unread)) return;
        most -= now;
        if (now < reply.size()) return client.input_ended();
    }
}

std::unique_ptr<startup> play(const startup_options& options, const transcript& server, bytes_view certificate_hash) {
    const auto size = size_of(server);
    auto whole = std::make_unique<startup>(options);
    play(*whole, server, pace::whole_turns, size, certificate_hash);

    startup in_bytes{options};
    play(in_bytes, server, pace::single_bytes, size, certificate_hash);
    EXPECT_EQ(in_bytes.state(), whole->state()) << "in single bytes; " << what(in_bytes) << " / " << what(*whole);
    EXPECT_EQ(code(in_bytes), code(*whole)) << "in single bytes";

    for (std::size_t cut = 0; cut < size; ++cut) {
        startup ended{options};
        play(ended, server, pace::whole_turns, cut, certificate_hash);
        EXPECT_EQ(ended.state(), startup_state::failed) << "cut before byte " << cut;
        EXPECT_TRUE(ended.output().empty());
    }
    return whole;
}

std::unique_ptr<startup> play_once(const startup_options& options, const transcript& server) {
    auto whole = std::make_unique<startup>(options);
    play(*whole, server, pace::whole_turns, size_of(server));
    return whole;
}

std::error_code code(const startup& s) { return s.failure() ? s.failure()->code() : std::error_code{}; }
std::string_view what(const startup& s) { return s.failure() ? s.failure()->what() : "no failure"sv; }

}  // namespace howdah::wire::script
