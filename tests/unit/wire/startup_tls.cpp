#include <gtest/gtest.h>

#include <string>

#include "howdah/base/errc.hpp"
#include "howdah/wire/frontend.hpp"
#include "tests/unit/wire/startup_script.hpp"

// Before TLS: what a client may believe of someone who has proved nothing.
namespace howdah::wire::script {
namespace {

startup_options with(tls_request tls) {
    auto o = options();
    o.tls = tls;
    return o;
}

void expect_refused_before_tls(const startup& s, errc expected) {
    EXPECT_EQ(code(s), expected) << what(s);
    ASSERT_TRUE(s.failure());
    EXPECT_FALSE(s.failure()->authenticated());
    EXPECT_EQ(s.failure()->phase(), phase::tls);
    EXPECT_EQ(s.failure()->fate(), fate::not_sent);
    EXPECT_EQ(s.failure()->server(), nullptr);
    EXPECT_TRUE(s.output().empty());
}

TEST(startup_tls, ssl_request_is_the_first_message_when_tls_is_wanted) {
    for (const auto tls : {tls_request::prefer, tls_request::require}) {
        const startup s{with(tls)};
        EXPECT_EQ(s.state(), startup_state::tls_reply);
        EXPECT_EQ(as_text(s.output()), "\x00\x00\x00\x08\x04\xd2\x16\x2f"sv);
    }
}

TEST(startup_tls, yes_hands_over_to_the_handshake_and_the_startup_message_waits_for_it) {
    startup s{with(tls_request::require)};
    s.written(s.output().size());
    EXPECT_EQ(s.consume(as_bytes("S")), 1u);
    EXPECT_EQ(s.state(), startup_state::tls_handshake);
    EXPECT_TRUE(s.output().empty());
    EXPECT_EQ(s.consume(as_bytes("\x16\x03")), 0u) << "the handshake's bytes are not the startup's";
    s.tls_established({});
    EXPECT_EQ(as_text(s.output()), hello());
}

TEST(startup_tls, login_goes_on_inside_tls) {
    const auto s = play(with(tls_request::require), {{ssl, "S"}, {hello(), welcome()}});
    EXPECT_EQ(s->state(), startup_state::ready) << what(*s);
}

TEST(startup_tls, no_fails_when_tls_is_required) {
    expect_refused_before_tls(*play(with(tls_request::require), {{ssl, "N"}}), errc::tls_refused);
}

TEST(startup_tls, no_goes_on_in_plain_text_when_tls_is_only_preferred) {
    const auto s = play(with(tls_request::prefer), {{ssl, "N"}, {hello(), welcome()}});
    EXPECT_EQ(s->state(), startup_state::ready) << what(*s);
}

TEST(startup_tls, direct_tls_sends_nothing_before_the_handshake) {
    startup s{with(tls_request::direct)};
    EXPECT_EQ(s.state(), startup_state::tls_handshake);
    EXPECT_TRUE(s.output().empty());
    s.tls_established({});
    EXPECT_EQ(as_text(s.output()), hello());
}

TEST(startup_tls, cve_2021_23222_bytes_that_come_with_the_answer_are_refused) {
    for (const auto* reply : {"S\x16\x03\x01", "SR", "NR", "NE", "SS"})
        for (const auto tls : {tls_request::prefer, tls_request::require})
            expect_refused_before_tls(*play_once(with(tls), {{ssl, reply}}), errc::protocol_violation);
}

TEST(startup_tls, cve_2021_23222_a_whole_injected_login_is_refused) {
    expect_refused_before_tls(*play_once(with(tls_request::require), {{ssl, "S" + welcome()}}),
                              errc::protocol_violation);
}

TEST(startup_tls, cve_2024_10977_an_error_before_tls_is_not_shown_as_the_server_s) {
    for (const auto tls : {tls_request::prefer, tls_request::require}) {
        const auto s = play(with(tls), {{ssl, refusal("28000", "please send your password to evil.example")}});
        expect_refused_before_tls(*s, errc::tls_refused);
        EXPECT_EQ(what(*s).find("evil.example"), std::string_view::npos) << what(*s);
    }
}

TEST(startup_tls, error_in_the_format_of_protocol_2_before_tls_is_not_shown) {
    const auto s = play(with(tls_request::prefer), {{ssl, std::string{"Eunsupported frontend protocol\n\0"sv}}});
    expect_refused_before_tls(*s, errc::tls_refused);
    EXPECT_EQ(what(*s).find("unsupported"), std::string_view::npos);
}

TEST(startup_tls, web_server_is_named) {
    const auto s = play(with(tls_request::prefer), {{ssl, "HTTP/1.1 400 Bad Request\r\n\r\n"}});
    expect_refused_before_tls(*s, errc::not_postgresql);
    EXPECT_NE(what(*s).find("HTTP"), std::string_view::npos) << what(*s);
}

TEST(startup_tls, ssh_server_s_s_is_no_yes) {
    const auto s = play_once(with(tls_request::prefer), {{ssl, "SSH-2.0-OpenSSH_9.2p1\r\n"}});
    expect_refused_before_tls(*s, errc::not_postgresql);
    EXPECT_NE(what(*s).find("SSH"), std::string_view::npos) << what(*s);
}

TEST(startup_tls, every_other_answer_is_refused) {
    for (int c = 0; c < 256; ++c) {
        if (c == 'S' || c == 'N' || c == 'E') continue;
        const auto s = play(with(tls_request::prefer), {{ssl, std::string(1, static_cast<char>(c))}});
        expect_refused_before_tls(*s, errc::not_postgresql);
    }
}

TEST(startup_tls, server_that_closes_in_place_of_an_answer_is_reported) {
    startup s{with(tls_request::require)};
    s.input_ended();
    expect_refused_before_tls(s, errc::connection_closed);
}

TEST(startup_tls, connection_lost_in_the_handshake_is_reported) {
    startup s{with(tls_request::direct)};
    s.input_ended();
    expect_refused_before_tls(s, errc::connection_closed);
}

}  // namespace
}  // namespace howdah::wire::script
