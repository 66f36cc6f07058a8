#include "howdah/wire/startup.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "howdah/base/errc.hpp"
#include "tests/unit/wire/startup_script.hpp"

namespace howdah::wire::script {
namespace {

// What follows AuthenticationOk.
std::unique_ptr<startup> play_setup(const std::string& setup, const startup_options& o = options()) {
    return play(o, {{hello(o.max_protocol_version), request(kind::ok) + setup}});
}

startup_options with_protocol(std::uint32_t least, std::uint32_t most) {
    auto o = options();
    o.min_protocol_version = least;
    o.max_protocol_version = most;
    return o;
}

startup_options with_parameter(std::string name, std::string value) {
    auto o = options();
    o.parameters.emplace_back(std::move(name), std::move(value));
    return o;
}

// The StartupMessage

TEST(startup, startup_message_has_the_specification_s_layout) {
    const startup s{options()};
    EXPECT_EQ(as_text(s.output()), "\0\0\0\x35\0\3\0\0user\0app\0database\0shop\0client_encoding\0UTF8\0\0"sv);
}

TEST(startup, database_is_left_to_the_server_when_none_is_named) {
    auto o = options();
    o.database.clear();
    const startup s{o};
    EXPECT_EQ(as_text(s.output()).find("database"), std::string_view::npos);
}

TEST(startup, further_parameters_are_sent_and_client_encoding_once) {
    auto o = with_parameter("application_name", "till");
    o.parameters.emplace_back("client_encoding", "utf-8");
    o.parameters.emplace_back("search_path", "");
    const startup s{o};
    EXPECT_TRUE(
        as_text(s.output()).ends_with("shop\0client_encoding\0UTF8\0application_name\0till\0search_path\0\0\0"sv));
}

TEST(startup, output_stays_until_it_is_written) {
    startup s{options()};
    s.written(10);
    EXPECT_EQ(as_text(s.output()), hello().substr(10));
    s.written(hello().size() - 10);
    EXPECT_TRUE(s.output().empty());
}

TEST(startup, nul_in_a_name_value_or_password_is_refused_before_a_byte_is_sent) {
    const std::string nul{"a\0user\0postgres"sv};
    std::array bad{options(), options(), options(), with_parameter(nul, "x"), with_parameter("x", nul)};
    bad[0].user = nul;
    bad[1].database = nul;
    bad[2].authentication.password = secret_string{nul};
    for (const auto& o : bad) {
        const startup s{o};
        EXPECT_EQ(s.state(), startup_state::failed);
        EXPECT_EQ(code(s), errc::invalid_encoding);
        EXPECT_TRUE(s.output().empty());
    }
}

TEST(startup, options_that_make_no_sense_are_refused_before_a_byte_is_sent) {
    auto no_user = options();
    no_user.user.clear();
    for (const auto& o :
         {no_user, with_parameter("", "x"), with_parameter("user", "postgres"), with_parameter("database", "x"),
          with_parameter("client_encoding", "LATIN1"), with_protocol(protocol_3_2, protocol_3_0),
          with_protocol(0x20000, protocol_3_0), with_protocol(protocol_3_0, 0x40000)}) {
        const startup s{o};
        EXPECT_EQ(code(s), errc::invalid_option) << what(s);
        EXPECT_TRUE(s.output().empty());
    }
}

TEST(startup, more_parameters_than_a_server_reads_are_refused_before_a_byte_is_sent) {
    const startup s{with_parameter("search_path", std::string(10'000, 'x'))};
    EXPECT_EQ(code(s), errc::message_too_large);
    EXPECT_TRUE(s.output().empty());
}

// The session's setup

TEST(startup, login_gives_what_the_server_reported) {
    const auto s = play_setup(parameter("server_version", "15.4 (Debian 15.4-1)") + parameter("TimeZone", "UTC") +
                              parameter("TimeZone", "Europe/Berlin") + key(4711, "abcd") + ready());
    ASSERT_EQ(s->state(), startup_state::ready) << what(*s);
    EXPECT_FALSE(s->failure());
    const auto& r = s->result();
    EXPECT_EQ(r.parameters.at("server_version"), "15.4 (Debian 15.4-1)");
    EXPECT_EQ(r.parameters.at("TimeZone"), "Europe/Berlin");
    EXPECT_EQ(r.process_id, 4711u);
    EXPECT_EQ(as_text(r.cancel_key), "abcd");
    EXPECT_EQ(r.protocol_version, protocol_3_0);
    EXPECT_EQ(r.transaction_status, transaction_status::idle);
    EXPECT_EQ(r.method, auth_method::none);
}

TEST(startup, bytes_behind_ready_for_query_are_left_to_the_session) {
    startup s{options()};
    const auto reply = welcome() + parameter("TimeZone", "UTC") + "half a fr";
    EXPECT_EQ(s.consume(as_bytes(reply)), welcome().size());
    EXPECT_EQ(s.state(), startup_state::ready);
    EXPECT_EQ(s.consume(as_bytes(reply).subspan(welcome().size())), 0u);
}

TEST(startup, pooler_that_gives_no_key_is_taken) {
    const auto s = play_setup(parameter("server_version", "15.4") + ready());
    EXPECT_EQ(s->state(), startup_state::ready);
    EXPECT_EQ(s->result().process_id, 0u);
}

TEST(startup, server_before_12_is_refused_by_its_version) {
    for (const auto* version : {"9.6.24", "11.22 (Debian 11.22-0+deb10u2)", "8.0.2", "", "unknown"}) {
        const auto s = play_setup(parameter("server_version", version) + ready());
        EXPECT_EQ(code(*s), errc::server_too_old) << version;
        EXPECT_NE(what(*s).find(version), std::string_view::npos) << what(*s);
    }
}

TEST(startup, every_spelling_of_a_newer_version_is_taken) {
    for (const auto* version : {"12.0", "13beta1", "17rc1", "19devel", "18.4 (Ubuntu 18.4-1)", "1.24.1/bouncer"})
        EXPECT_EQ(play_setup(parameter("server_version", version) + ready())->state(), startup_state::ready) << version;
}

TEST(startup, client_encoding_other_than_utf8_is_refused) {
    const auto s = play_setup(parameter("client_encoding", "LATIN1") + ready());
    EXPECT_EQ(code(*s), errc::encoding_changed);
    EXPECT_NE(what(*s).find("LATIN1"), std::string_view::npos);
}

TEST(startup, client_encoding_in_a_pooler_s_spelling_is_taken) {
    for (const auto* name : {"UTF8", "utf-8", "UNICODE"})
        EXPECT_EQ(play_setup(parameter("client_encoding", name) + ready())->state(), startup_state::ready) << name;
}

TEST(startup, notices_are_kept) {
    const auto s = play_setup(refusal("01000", "be welcome", tag::notice_response) + ready());
    ASSERT_EQ(s->state(), startup_state::ready) << what(*s);
    ASSERT_EQ(s->result().notices.size(), 1u);
    EXPECT_EQ(s->result().notices[0].message, "be welcome");
}

TEST(startup, notices_without_end_are_counted_and_not_kept) {
    startup s{options()};
    s.consume(as_bytes(request(kind::ok)));
    const auto small = refusal("01000", "again", tag::notice_response);
    for (std::size_t i = 0; i < startup::max_notices + 5; ++i) s.consume(as_bytes(small));
    EXPECT_EQ(s.result().notices.size(), startup::max_notices);
    EXPECT_EQ(s.result().notices_dropped, 5u);
}

TEST(startup, large_notices_are_bounded_by_their_bytes) {
    startup s{options()};
    s.consume(as_bytes(request(kind::ok)));
    const auto large = refusal("01000", std::string(400'000, 'x'), tag::notice_response);
    for (int i = 0; i < 10; ++i) s.consume(as_bytes(large));
    EXPECT_EQ(s.result().notices.size(), 2u);
    EXPECT_EQ(s.result().notices_dropped, 8u);
}

TEST(startup, parameters_without_end_are_refused) {
    startup s{options()};
    s.consume(as_bytes(request(kind::ok)));
    for (std::size_t i = 0; i <= startup::max_parameters && s.state() != startup_state::failed; ++i)
        s.consume(as_bytes(parameter("p" + std::to_string(i), "x")));
    EXPECT_EQ(code(s), errc::protocol_violation);
}

TEST(startup, one_parameter_reported_for_ever_is_refused) {
    startup s{options()};
    s.consume(as_bytes(request(kind::ok)));
    for (int i = 0; i < 100 && s.state() != startup_state::failed; ++i)
        s.consume(as_bytes(parameter("p", std::string(1000, 'x'))));
    EXPECT_EQ(code(s), errc::protocol_violation);
}

// Errors

TEST(startup, refusal_before_login_is_marked_and_says_what_to_do) {
    const auto s = play(options(), {{hello(), refusal("28P01", "password authentication failed for user \"app\"")}});
    ASSERT_TRUE(s->failure());
    EXPECT_EQ(code(*s), sqlstate{"28P01"});
    EXPECT_EQ(s->failure()->fate(), fate::not_sent);
    EXPECT_EQ(s->failure()->phase(), phase::authenticate);
    EXPECT_FALSE(s->failure()->authenticated()) << "it came over an open network from someone unproved";
    ASSERT_NE(s->failure()->server(), nullptr);
    for (const auto* words : {"\"app\"", "\"shop\"", "28P01", "password authentication failed", "PGPASSWORD"})
        EXPECT_NE(what(*s).find(words), std::string_view::npos) << words << " in " << what(*s);
}

TEST(startup, refusal_over_a_local_socket_is_the_server_s) {
    auto o = options();
    o.authentication.channel = channel_kind::local_socket;
    EXPECT_TRUE(play(o, {{hello(), refusal("28000", "no")}})->failure()->authenticated());
}

TEST(startup, refusal_after_login_is_the_server_s) {
    const auto s = play_setup(refusal("3D000", "database \"shop\" does not exist"));
    EXPECT_EQ(code(*s), sqlstate{"3D000"});
    EXPECT_TRUE(s->failure()->authenticated());
}

TEST(startup, cve_2022_41862_unterminated_strings_in_an_error_are_refused) {
    for (const auto body : {"SFATAL"sv, "SFATAL\0C28000\0Mno"sv, "SFATAL\0C28000\0Mno\0"sv, "SFATAL\0\0x"sv}) {
        const auto s = play(options(), {{hello(), message(tag::error_response, body)}});
        EXPECT_EQ(code(*s), errc::protocol_violation) << what(*s);
    }
}

TEST(startup, server_that_can_not_start_a_process_is_quoted) {
    const std::string reply{"Ecould not fork new process for connection: Resource temporarily unavailable\n\0"sv};
    const auto s = play(options(), {{hello(), reply}});
    EXPECT_EQ(code(*s), errc::connect_failed);
    EXPECT_NE(what(*s).find("could not fork"), std::string_view::npos) << what(*s);
    EXPECT_FALSE(s->failure()->authenticated());
}

TEST(startup, plain_text_without_end_is_not_waited_for) {
    startup s{options()};
    EXPECT_EQ(s.consume(as_bytes("E" + std::string(999, 'x'))), 0u);
    EXPECT_EQ(code(s), errc::connect_failed);
}

TEST(startup, other_protocols_are_recognised) {
    const std::pair<std::string_view, std::string_view> others[] = {{"HTTP/1.1 400 Bad Request\r\n", "HTTP"},
                                                                    {"SSH-2.0-OpenSSH_9.2\r\n", "SSH"},
                                                                    {"\x15\x03\x01\x00\x02\x02\x28"sv, "TLS"},
                                                                    {"-ERR unknown command\r\n", "Redis"},
                                                                    {"220 mail.example ESMTP\r\n", "SMTP"},
                                                                    {"\x4a\0\0\0\x0a"
                                                                     "8.0.36\0"sv,
                                                                     "MySQL"},
                                                                    {"\0\0\0\0"sv, "port"},
                                                                    {"hello\n", "port"}};
    for (const auto& [greeting, hint] : others) {
        const auto s = play(options(), {{hello(), std::string{greeting}}});
        EXPECT_EQ(code(*s), errc::not_postgresql);
        EXPECT_NE(what(*s).find(hint), std::string_view::npos) << what(*s);
    }
}

TEST(startup, answer_of_an_unknown_server_prints_without_control_characters) {
    startup s{options()};
    s.consume(as_bytes("\x1b[2Jgotcha\r\n"));
    EXPECT_NE(what(s).find("?[2Jgotcha??"), std::string_view::npos) << what(s);
}

TEST(startup, connection_that_ends_is_an_error_that_says_when) {
    const auto ended = [](const std::string& reply) {
        startup s{options()};
        s.consume(as_bytes(reply));
        s.input_ended();
        EXPECT_EQ(code(s), errc::connection_closed);
        EXPECT_EQ(s.failure()->fate(), fate::not_sent);
        return std::string{what(s)};
    };
    EXPECT_NE(ended("").find("in place of an answer"), std::string::npos);
    EXPECT_NE(ended(request(kind::md5_password, "salt")).find("password's proof"), std::string::npos);
    EXPECT_NE(ended(request(kind::ok)).find("before the session was ready"), std::string::npos);
}

TEST(startup, end_of_input_behind_ready_is_the_session_s_affair) {
    startup s{options()};
    s.consume(as_bytes(welcome()));
    s.input_ended();
    EXPECT_EQ(s.state(), startup_state::ready);
}

// Frames

TEST(startup, lengths_out_of_bounds_are_refused_without_waiting_for_the_body) {
    const auto header = [](char tag, std::uint32_t length) { return tag + number(length); };
    for (const auto length : {0u, 3u, 7u, 2'001u, 0x7fffffffu, 0x80000000u, 0xffffffffu})
        EXPECT_EQ(code(*play(options(), {{hello(), header('R', length)}})), errc::not_postgresql) << length;
    for (const auto length : {0u, 3u, 30'001u, 0x7fffffffu, 0xffffffffu})
        for (const char tag : {'S', 'K', 'Z'})
            EXPECT_EQ(code(*play_setup(header(tag, length))), errc::message_too_large) << tag << length;
    for (const auto length : {3u, (1u << 20) + 1, 0xffffffffu})
        for (const char tag : {'E', 'N'})
            EXPECT_EQ(code(*play_setup(header(tag, length))), errc::message_too_large) << tag << length;
}

TEST(startup, messages_that_may_not_come_are_refused) {
    for (int c = 0; c < 256; ++c) {
        const auto tag = static_cast<char>(c);
        if ("EKNSZ"sv.find(tag) == std::string_view::npos) {
            EXPECT_EQ(code(*play_setup(message(tag, "x"))), errc::protocol_violation) << c;
        }
        if ("REv"sv.find(tag) == std::string_view::npos) {
            EXPECT_EQ(code(*play(options(), {{hello(), message(tag, "xxxx")}})), errc::not_postgresql) << c;
        }
    }
}

TEST(startup, session_setup_before_authentication_ok_is_refused) {
    for (const auto& early : {ready(), key(1), parameter("server_version", "15.4")}) {
        const auto s = play(options(), {{hello(), request(kind::md5_password, "salt") + early}});
        EXPECT_EQ(code(*s), errc::protocol_violation) << what(*s);
    }
}

TEST(startup, malformed_bodies_are_refused) {
    for (const auto& bad : {message('K', "1234567"), message('K', "12345678x"), message('K', ""),
                            message('S', "name\0value"sv), message('S', "name"), message('S', "a\0b\0c"sv),
                            message('Z', ""), message('Z', "II"), message('Z', "X"), message('N', "M")})
        EXPECT_EQ(code(*play_setup(bad)), errc::protocol_violation) << bad;
}

// Protocol versions

TEST(startup, newer_protocol_is_asked_for_and_its_long_key_is_kept) {
    const std::string long_key(32, 'k'), longest_key(256, 'k');
    for (const auto& k : {long_key, longest_key, std::string{"1234"}}) {
        const auto s = play_setup(key(7, k) + ready(), with_protocol(protocol_3_0, protocol_3_2));
        ASSERT_EQ(s->state(), startup_state::ready) << what(*s);
        EXPECT_EQ(as_text(s->result().cancel_key), k);
        EXPECT_EQ(s->result().protocol_version, protocol_3_2);
    }
}

TEST(startup, key_over_256_bytes_is_refused) {
    const auto s = play_setup(key(7, std::string(257, 'k')), with_protocol(protocol_3_0, protocol_3_2));
    EXPECT_EQ(code(*s), errc::protocol_violation);
}

TEST(startup, server_that_negotiates_down_is_followed) {
    for (const auto newest : {protocol_3_0, 0u}) {  // servers send both halves, the documentation names the minor one
        const auto s =
            play(with_protocol(protocol_3_0, protocol_3_2), {{hello(protocol_3_2), negotiation(newest) + welcome()}});
        ASSERT_EQ(s->state(), startup_state::ready) << what(*s);
        EXPECT_EQ(s->result().protocol_version, protocol_3_0);
    }
}

TEST(startup, server_below_min_protocol_version_is_refused) {
    const auto s = play(with_protocol(protocol_3_2, protocol_3_2), {{hello(protocol_3_2), negotiation(protocol_3_0)}});
    EXPECT_EQ(code(*s), errc::unsupported_option);
    EXPECT_NE(what(*s).find("3.0"), std::string_view::npos) << what(*s);
}

TEST(startup, negotiations_that_make_no_sense_are_refused) {
    for (const auto& m :
         {negotiation(0x20000), negotiation(0x30001), negotiation(0x30003), negotiation(0x40000),
          negotiation(protocol_3_2), negotiation(protocol_3_0, {"_pq_.never_sent"}),
          negotiation(protocol_3_0, {"search_path"}), negotiation(protocol_3_0) + negotiation(protocol_3_0),
          message('v', number(protocol_3_0) + number(0xffffffff)),
          message('v', number(protocol_3_0) + number(0) + "x")})
        EXPECT_EQ(code(*play(with_protocol(protocol_3_0, protocol_3_2), {{hello(protocol_3_2), m}})),
                  errc::protocol_violation);
}

TEST(startup, protocol_option_that_the_server_does_not_know_is_reported) {
    const auto o = with_parameter("_pq_.compression", "on");
    startup s{o};
    s.consume(as_bytes(negotiation(protocol_3_0, {"_pq_.compression"}) + welcome()));
    ASSERT_EQ(s.state(), startup_state::ready) << what(s);
    EXPECT_EQ(s.result().unknown_options, std::vector<std::string>{"_pq_.compression"});
}

TEST(startup, old_pooler_s_refusal_of_a_newer_protocol_says_what_to_do) {
    const auto s =
        play(with_protocol(protocol_3_0, protocol_3_2), {{hello(protocol_3_2), refusal("08P01", "bad packet header")}});
    EXPECT_EQ(code(*s), sqlstate{"08P01"});
    EXPECT_NE(what(*s).find("protocol 3.0"), std::string_view::npos) << what(*s);
}

TEST(startup, failure_ends_the_conversation) {
    startup s{options()};
    s.consume(as_bytes(refusal("28000", "no")));
    EXPECT_EQ(s.consume(as_bytes(welcome())), 0u);
    s.input_ended();
    EXPECT_EQ(s.state(), startup_state::failed);
    EXPECT_EQ(code(s), sqlstate{"28000"});
    EXPECT_TRUE(s.output().empty());
}

}  // namespace
}  // namespace howdah::wire::script
