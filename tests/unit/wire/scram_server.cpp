#include "howdah/wire/scram_server.hpp"

#include <gtest/gtest.h>

#include <string>

#include "howdah/base/errc.hpp"

namespace howdah::wire {
namespace {

constexpr std::uint32_t iterations = 4096;

// Both sides speak to each other; how it ends on either.
struct outcome {
    std::optional<error> first, final, client;
};

outcome converse(scram_client& client, scram_server& server, std::string (*change)(std::string) = nullptr) {
    std::string said, answered;
    EXPECT_FALSE(client.client_first(said));
    outcome out;
    out.first = server.client_first(client.mechanism(), said, answered);
    if (out.first) return out;
    out.client = client.server_first(answered, said);
    if (out.client) return out;
    if (change != nullptr) said = change(said);
    out.final = server.client_final(said, answered);
    if (!out.final) out.client = client.server_final(answered);
    return out;
}

scram_client client_of(const char* password, scram_binding binding = scram_binding::none, bytes hash = {}) {
    scram_options options;
    options.binding = binding;
    options.certificate_hash = std::move(hash);
    return scram_client{secret_string{password}, std::move(options)};
}

bytes hash_of(std::string_view text) { return {as_bytes(text).begin(), as_bytes(text).end()}; }

TEST(scram_server, a_client_that_knows_the_password_is_let_in_and_believes_the_server) {
    auto client = client_of("pencil");
    scram_server server{make_scram_verifier(secret_string{"pencil"}, iterations), {}};
    const auto end = converse(client, server);
    EXPECT_FALSE(end.first || end.final || end.client);
    EXPECT_TRUE(client.verified());
}

TEST(scram_server, another_password_is_refused) {
    auto client = client_of("pencil");
    scram_server server{make_scram_verifier(secret_string{"pen"}, iterations), {}};
    const auto end = converse(client, server);
    ASSERT_TRUE(end.final);
    EXPECT_EQ(end.final->code(), errc::authentication_refused);
}

// The password of RFC 7677, section 3, with its salt.
TEST(scram_server, what_postgresql_stores_is_read) {
    const auto verifier =
        parse_scram_verifier("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                             "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
    ASSERT_TRUE(verifier);
    EXPECT_EQ(verifier->iterations, 4096u);
    auto client = client_of("pencil");
    scram_server server{*verifier, {}};
    EXPECT_FALSE(converse(client, server).final);
    EXPECT_TRUE(client.verified());
}

TEST(scram_server, what_is_no_verifier_is_not_read) {
    for (const auto* text : {"", "md5abc", "SCRAM-SHA-256$", "SCRAM-SHA-256$0:c2FsdA==$AAAA:AAAA",
                             "SCRAM-SHA-256$4096:c2FsdA==$AAAA:AAAA", "SCRAM-SHA-1$4096:c2FsdA==$AAAA:AAAA"})
        EXPECT_FALSE(parse_scram_verifier(text)) << text;
}

TEST(scram_server, channels_bound_to_one_certificate_pass_and_to_two_do_not) {
    const auto verifier = make_scram_verifier(secret_string{"pencil"}, iterations);
    auto client = client_of("pencil", scram_binding::end_point, hash_of("ours"));
    scram_server server{verifier, hash_of("ours")};
    const auto end = converse(client, server);
    EXPECT_FALSE(end.first || end.final || end.client);
    auto elsewhere = client_of("pencil", scram_binding::end_point, hash_of("theirs"));
    scram_server again{verifier, hash_of("ours")};
    EXPECT_EQ(converse(elsewhere, again).final.value().code(), errc::authentication_refused);
}

TEST(scram_server, an_offer_of_binding_that_got_lost_is_refused) {
    auto client = client_of("pencil", scram_binding::not_offered);
    scram_server server{make_scram_verifier(secret_string{"pencil"}, iterations), hash_of("ours")};
    EXPECT_EQ(converse(client, server).first.value().code(), errc::protocol_violation);
}

TEST(scram_server, a_changed_answer_is_refused) {
    const auto verifier = make_scram_verifier(secret_string{"pencil"}, iterations);
    for (const auto change : {+[](std::string s) { return s + ",x=y"; }, +[](std::string s) { return "c=biws," + s; },
                              +[](std::string s) { return s.substr(0, s.size() - 4); },
                              +[](std::string s) { return s.insert(s.find(",r=") + 3, "x"); },
                              +[](std::string) { return std::string{}; }}) {
        auto client = client_of("pencil");
        scram_server server{verifier, {}};
        EXPECT_TRUE(converse(client, server, change).final);
    }
}

TEST(scram_server, an_opening_that_is_no_gs2_header_is_refused) {
    for (const auto* text : {"", "n", "n,,", "n,a=x,n=,r=abc", "x,,n=,r=abc", "p=tls-unique,,n=,r=abc", "n,,r=abc"}) {
        scram_server server{make_scram_verifier(secret_string{"pencil"}, 1), {}};
        std::string out;
        EXPECT_EQ(server.client_first(mechanism::scram_sha_256, text, out).value().code(), errc::protocol_violation)
            << text;
    }
}

}  // namespace
}  // namespace howdah::wire
