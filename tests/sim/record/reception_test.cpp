#include "howdah/sim/reception/reception.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "howdah/wire/backend.hpp"
#include "howdah/wire/backend_writing.hpp"
#include "howdah/wire/frame.hpp"
#include "howdah/wire/frontend.hpp"
#include "howdah/wire/startup.hpp"

namespace howdah::sim {
namespace {

using namespace std::string_view_literals;
using login = reception_options::login;

// Passwords: of ada as it is; of bob as PostgreSQL hashes "bobs" by MD5; of eve SCRAM's verifier of "pencil".
constexpr auto users =
    "# who may\n"
    "\"ada\" \"pen\"\"cil\"\n"
    "\"bob\" \"md5a4df7df6e324a60a367193dbc0ae7ee9\"\r\n"
    "\n"
    "\"eve\" \"SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
    ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=\"\n"sv;

reception_options letting(login how) {
    reception_options out;
    out.how = how;
    out.users = std::make_shared<login_secrets>(login_secrets::from_text(users, "users.txt"));
    return out;
}

void give(reception& r, bytes_view in) {
    const auto room = r.input_space();
    std::copy(in.begin(), in.end(), room.begin());
    r.commit(in.size());
}

std::string take(reception& r) {
    const std::string out{as_text(r.output())};
    r.written(out.size());
    return out;
}

wire::startup client(std::string_view user, std::string_view password) {
    wire::startup_options options;
    options.user = user;
    options.database = "books";
    options.parameters = {{"application_name", "test"}};
    options.authentication.password = secret_string{password};
    options.authentication.channel = wire::channel_kind::local_socket;
    return wire::startup{std::move(options)};
}

// The library's own client against it, until one of them is at the end of this.
void converse(wire::startup& client, reception& r) {
    for (int turns = 0; turns < 10 && r.state() == reception::state::working; ++turns) {
        const auto said = client.output();
        give(r, said);
        client.written(said.size());
        const auto answered = take(r);
        client.consume(as_bytes(answered));
    }
}

bool lets_in(login how, std::string_view user, std::string_view password) {
    const auto options = letting(how);
    reception r{options, wire::channel_kind::local_socket};
    auto c = client(user, password);
    converse(c, r);
    if (r.state() != reception::state::admitted) {
        EXPECT_TRUE(c.failure().has_value() && c.failure()->server() != nullptr) << "it is told why";
        EXPECT_EQ(c.failure()->state(), sqlstate{"28P01"});
        return false;
    }
    EXPECT_EQ(r.introduced().user, user);
    EXPECT_EQ(r.introduced().database, "books");
    bytes ok;
    serialize(wire::authentication{.what = wire::authentication::kind::ok, .payload = {}}, ok);
    c.consume(ok);
    EXPECT_EQ(c.state(), wire::startup_state::session_setup) << "the client believes this server";
    return true;
}

TEST(reception, trust_lets_anybody_in) { EXPECT_TRUE(lets_in(login::trust, "anybody", "")); }

TEST(reception, a_password_is_held_against_each_kind_of_secret) {
    EXPECT_TRUE(lets_in(login::password, "ada", "pen\"cil"));
    EXPECT_TRUE(lets_in(login::password, "bob", "bobs"));
    EXPECT_TRUE(lets_in(login::password, "eve", "pencil"));
    for (const auto* user : {"ada", "bob", "eve", "nobody"}) EXPECT_FALSE(lets_in(login::password, user, "wrong"));
}

TEST(reception, md5_needs_a_password_or_its_md5) {
    EXPECT_TRUE(lets_in(login::md5, "ada", "pen\"cil"));
    EXPECT_TRUE(lets_in(login::md5, "bob", "bobs"));
    EXPECT_FALSE(lets_in(login::md5, "bob", "wrong"));
    EXPECT_FALSE(lets_in(login::md5, "eve", "pencil"));
    EXPECT_FALSE(lets_in(login::md5, "nobody", "wrong"));
}

TEST(reception, scram_needs_a_password_or_its_verifier) {
    EXPECT_TRUE(lets_in(login::scram_sha_256, "ada", "pen\"cil"));
    EXPECT_TRUE(lets_in(login::scram_sha_256, "eve", "pencil"));
    EXPECT_FALSE(lets_in(login::scram_sha_256, "eve", "wrong"));
    EXPECT_FALSE(lets_in(login::scram_sha_256, "bob", "bobs"));
    EXPECT_FALSE(lets_in(login::scram_sha_256, "nobody", "nobody"));
}

TEST(reception, pass_through_hands_on_the_password_it_was_given) {
    const auto options = letting(login::pass_through);
    reception r{options, wire::channel_kind::local_socket};
    auto c = client("whoever", "what they say");
    converse(c, r);
    ASSERT_EQ(r.state(), reception::state::admitted);
    EXPECT_EQ(r.introduced().password, secret_string{"what they say"});
}

TEST(reception, a_cleartext_password_is_not_asked_for_over_a_network_without_tls) {
    const auto options = letting(login::password);
    reception r{options, wire::channel_kind::open_network};
    auto c = client("ada", "pen\"cil");
    converse(c, r);
    EXPECT_EQ(r.state(), reception::state::ended);
    EXPECT_EQ(c.failure().value().state(), sqlstate{"28000"});
}

bytes startup_bytes(std::uint32_t version, std::vector<std::pair<std::string_view, std::string_view>> parameters) {
    bytes out;
    serialize(wire::startup_message{.protocol_version = version, .parameters = parameters}, out);
    return out;
}

TEST(reception, a_client_that_asks_for_more_than_3_0_is_told_so) {
    const auto options = letting(login::trust);
    reception r{options, wire::channel_kind::local_socket};
    give(r, startup_bytes(wire::protocol_3_2, {{"user", "ada"}, {"_pq_.fancy", "1"}, {"TimeZone", "UTC"}}));
    ASSERT_EQ(r.state(), reception::state::admitted);
    EXPECT_EQ(r.introduced().database, "ada");
    EXPECT_EQ(r.introduced().parameters, (std::vector{std::pair{std::string{"TimeZone"}, std::string{"UTC"}}}));
    const auto said = take(r);
    wire::negotiate_protocol_version m;
    ASSERT_EQ(said[0], wire::tag::negotiate_protocol_version);
    ASSERT_FALSE(wire::parse(as_bytes(std::string_view{said}.substr(wire::frame_header::size)), m));
    EXPECT_EQ(m.newest, wire::protocol_3_0);
    EXPECT_EQ(m.unknown_options, std::vector{"_pq_.fancy"sv});
}

TEST(reception, without_a_certificate_tls_is_declined_and_the_client_may_go_on) {
    const auto options = letting(login::trust);
    bytes asked;
    serialize(wire::ssl_request{}, asked);
    reception r{options, wire::channel_kind::open_network};
    give(r, asked);
    EXPECT_EQ(take(r), "N");
    give(r, startup_bytes(wire::protocol_3_0, {{"user", "ada"}}));
    EXPECT_EQ(r.state(), reception::state::admitted);
}

TEST(reception, a_cancel_request_is_handed_on) {
    const auto options = letting(login::scram_sha_256);
    reception r{options, wire::channel_kind::open_network};
    bytes asked;
    serialize(wire::cancel_request{.process_id = 4711, .cancel_key = as_bytes("key!"sv)}, asked);
    give(r, asked);
    ASSERT_EQ(r.state(), reception::state::cancel);
    EXPECT_EQ(r.request().process_id, 4711u);
    EXPECT_EQ(as_text(r.request().key), "key!");
    EXPECT_EQ(take(r), "");
}

TEST(reception, what_is_said_behind_the_introduction_is_kept) {
    const auto options = letting(login::trust);
    reception r{options, wire::channel_kind::local_socket};
    auto eager = startup_bytes(wire::protocol_3_0, {{"user", "ada"}});
    serialize(wire::simple_query{.sql = "select 1"}, eager);
    give(r, eager);
    ASSERT_EQ(r.state(), reception::state::admitted);
    EXPECT_EQ(as_text(r.left_over()), "Q\0\0\0\x0dselect 1\0"sv);
}

TEST(reception, who_speaks_something_else_is_left_without_a_word_and_never_waited_for) {
    const auto options = letting(login::trust);
    for (const auto said : {"GET / HTTP/1.1\r\n\r\n"sv, "\0\0\0\3xxxx"sv, "\x7f\xff\xff\xff\0\3\0\0"sv,
                            "\0\0\0\x09\0\3\0\0x"sv, "\0\0\x30\0\0\3\0\0"sv}) {
        reception r{options, wire::channel_kind::open_network};
        give(r, as_bytes(said));
        if (r.state() == reception::state::working) give(r, bytes(16'000));
        EXPECT_EQ(r.state(), reception::state::ended) << said;
    }
}

TEST(reception, a_wrong_answer_to_a_question_ends_it) {
    for (const auto how : {login::password, login::md5, login::scram_sha_256}) {
        const auto options = letting(how);
        for (const auto said : {"Q\0\0\0\x05\0"sv, "p\0\0\0\4"sv, "p\0\0\0\x08xxxx"sv}) {
            reception r{options, wire::channel_kind::local_socket};
            give(r, startup_bytes(wire::protocol_3_0, {{"user", "ada"}}));
            (void)take(r);
            give(r, as_bytes(said));
            EXPECT_EQ(r.state(), reception::state::ended);
            EXPECT_EQ(take(r).substr(0, 1), "E");
        }
    }
}

TEST(login_secrets, a_line_that_can_not_be_read_is_named) {
    const auto why = [](std::string_view text) -> std::string {
        try {
            (void)login_secrets::from_text(text, "users.txt");
        } catch (const error& e) {
            return e.what();
        }
        return {};
    };
    for (const auto text :
         {"\"a\" \"b\"\nada pencil\n"sv, "\n\"ada\"\n"sv, "\n\"ada\" \"b\" c\n"sv, "\n\"ada\" \"b\n"sv,
          "\n\"\" \"b\"\n"sv, "\n\"a\" \"SCRAM-SHA-256$1\"\n"sv, "\"a\" \"b\"\n\"a\" \"c\"\n"sv}) {
        EXPECT_NE(why(text).find("users.txt\", line 2"), std::string::npos) << text << why(text);
        EXPECT_EQ(why(text).find("pencil"), std::string::npos) << "secrets are not shown";
    }
}

}  // namespace
}  // namespace howdah::sim
