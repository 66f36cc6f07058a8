#include "howdah/wire/scram.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "howdah/base/errc.hpp"
#include "howdah/wire/base64.hpp"
#include "scram_exchange.hpp"

namespace howdah::wire {
namespace {

std::optional<error> rfc_challenge(std::string_view server_first) {
    auto client = rfc_client();
    return challenge(client, server_first);
}

std::optional<error> rfc_final(std::string_view server_final) {
    auto client = rfc_client();
    EXPECT_FALSE(challenge(client, rfc_server_first));
    auto e = client.server_final(server_final);
    EXPECT_EQ(client.verified(), !e.has_value());
    return e;
}

std::string first_message(scram_options options) {
    auto client = rfc_client(std::move(options));
    std::string out;
    EXPECT_FALSE(client.client_first(out));
    return out;
}

TEST(scram, rfc_7677_exchange_gives_the_rfc_s_messages) {
    auto client = rfc_client();
    std::string out;
    ASSERT_FALSE(client.client_first(out));
    EXPECT_EQ(out, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    ASSERT_FALSE(client.server_first(rfc_server_first, out));
    EXPECT_EQ(out, rfc_client_final);
    EXPECT_FALSE(client.verified());
    ASSERT_FALSE(client.server_final(rfc_server_final));
    EXPECT_TRUE(client.verified());
    EXPECT_EQ(client.iterations(), 4096u);
    EXPECT_FALSE(client.weak_iterations());
}

TEST(scram, header_says_what_is_done_about_channel_binding) {
    auto options = rfc_options();
    EXPECT_TRUE(first_message(options).starts_with("n,,"));
    options.binding = scram_binding::not_offered;
    EXPECT_TRUE(first_message(options).starts_with("y,,"));
    options.binding = scram_binding::end_point;
    EXPECT_TRUE(first_message(options).starts_with("p=tls-server-end-point,,"));
}

TEST(scram, mechanism_is_plus_only_with_channel_binding) {
    auto options = rfc_options();
    EXPECT_EQ(rfc_client(options).mechanism(), "SCRAM-SHA-256");
    options.binding = scram_binding::not_offered;
    EXPECT_EQ(rfc_client(options).mechanism(), "SCRAM-SHA-256");
    options.binding = scram_binding::end_point;
    EXPECT_EQ(rfc_client(options).mechanism(), "SCRAM-SHA-256-PLUS");
}

TEST(scram, channel_binding_data_are_the_header_and_the_certificate_s_hash) {
    auto options = rfc_options();
    options.binding = scram_binding::end_point;
    append(options.certificate_hash, std::string_view{"0123456789abcdef0123456789abcdef"});
    auto client = rfc_client(options);
    std::string out;
    ASSERT_FALSE(client.client_first(out));
    ASSERT_FALSE(client.server_first(rfc_server_first, out));
    const auto expected = encode_base64(as_bytes("p=tls-server-end-point,,0123456789abcdef0123456789abcdef"));
    EXPECT_TRUE(out.starts_with("c=" + expected + ",r=")) << out;
}

TEST(scram, nonce_is_at_least_18_random_bytes_and_new_each_time) {
    const auto one = first_message({}), other = first_message({});
    EXPECT_TRUE(one.starts_with("n,,n=,r="));
    EXPECT_GE(one.size(), std::string_view{"n,,n=,r="}.size() + 24);
    EXPECT_NE(one, other);
}

TEST(scram, password_is_prepared_before_it_is_hashed) {
    std::string plain, prepared;
    for (auto* out : {&plain, &prepared}) {
        scram_client client{secret_string{out == &plain ? "IX" : "I\u00adX"}, rfc_options()};
        ASSERT_FALSE(client.client_first(*out));
        ASSERT_FALSE(client.server_first(rfc_server_first, *out));
    }
    EXPECT_EQ(plain, prepared);
}

// The challenge.

TEST(scram, only_our_own_nonce_back_is_refused) {
    EXPECT_EQ(code(rfc_challenge("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")),
              errc::server_not_authentic);
}

TEST(scram, another_nonce_is_refused) {
    for (const auto* nonce : {"sOprNGfwEbeRWgbNEkqOabc", "rOprNGfwEbeRWgbNEkq", "x"})
        EXPECT_EQ(code(rfc_challenge("r=" + std::string{nonce} + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")),
                  errc::server_not_authentic);
}

TEST(scram, cve_2026_42198_a_billion_iterations_fail_at_once) {
    const auto failure = rfc_challenge("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000000000");
    EXPECT_EQ(code(failure), errc::authentication_refused);
    EXPECT_NE(std::string_view{failure->what()}.find("1000000000"), std::string_view::npos);
}

TEST(scram, iterations_are_refused_from_one_above_the_limit) {
    for (const std::uint32_t limit : {4095u, 4096u}) {
        auto options = rfc_options();
        options.iteration_limit = limit;
        auto client = rfc_client(options);
        EXPECT_EQ(challenge(client, rfc_server_first).has_value(), limit < 4096);
    }
}

TEST(scram, iterations_that_wrap_around_are_refused) {
    auto options = rfc_options();
    options.iteration_limit = 0xffffffff;
    for (const auto* count : {"4294967297", "99999999999999999999999999", "2147483648"}) {
        auto client = rfc_client(options);
        EXPECT_EQ(code(challenge(client, "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=" + std::string{count})),
                  errc::authentication_refused)
            << count;
    }
}

TEST(scram, iteration_count_that_is_no_positive_number_is_refused) {
    for (const auto* count : {"", "0", "-1", "+4096", " 4096", "4096 ", "04096", "4e3", "0x1000"})
        EXPECT_EQ(code(rfc_challenge("r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=" + std::string{count})),
                  errc::protocol_violation)
            << count;
}

TEST(scram, few_iterations_are_used_and_reported) {
    auto client = rfc_client();
    EXPECT_FALSE(challenge(client, "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=1"));
    EXPECT_EQ(client.iterations(), 1u);
    EXPECT_TRUE(client.weak_iterations());
}

TEST(scram, mandatory_extension_is_refused) {
    EXPECT_EQ(code(rfc_challenge("m=x,r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=4096")), errc::authentication_refused);
    EXPECT_EQ(code(rfc_challenge("r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=4096,m=x")), errc::protocol_violation);
}

TEST(scram, optional_extensions_are_ignored) {
    EXPECT_FALSE(rfc_challenge("r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=4096,x=y,Z=1"));
}

TEST(scram, malformed_challenges_are_refused) {
    for (const auto* message :
         {"", "r", "r=", "r=rOprNGfwEbeRWgbNEkqOx", "r=rOprNGfwEbeRWgbNEkqOx,", "s=AAAA,r=rOprNGfwEbeRWgbNEkqOx,i=4096",
          "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA", "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096",
          "r=rOprNGfwEbeRWgbNEkqOx,i=4096,s=AAAA", "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=4096,",
          "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=4096,,", "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=4096,junk",
          "r=rOprNGfwEbeRWgbNEkqOx,s=AAAA,i=4096,1=2", "r=rOprNGfwEbeRWgbNEkqOx y,s=AAAA,i=4096",
          "r=rOprNGfwEbeRWgbNEkqOx\x7f,s=AAAA,i=4096", "r=rOprNGfwEbeRWgbNEkqOx\xc3\xa9,s=AAAA,i=4096"}) {
        const auto failure = rfc_challenge(message);
        EXPECT_TRUE(failure &&
                    (failure->code() == errc::protocol_violation || failure->code() == errc::server_not_authentic))
            << message;
    }
}

TEST(scram, salt_that_is_no_strict_base64_is_refused) {
    for (const auto* salt : {"AAA", "AAA ", "AA=A", "A===", "====", "AAAA\n", " AAAA", "AB==", "AAB=", "AA-_", "AAAAA"})
        EXPECT_EQ(code(rfc_challenge("r=rOprNGfwEbeRWgbNEkqOx,s=" + std::string{salt} + ",i=4096")),
                  errc::protocol_violation)
            << salt;
}

TEST(scram, over_long_challenge_is_refused) {
    EXPECT_EQ(code(rfc_challenge("r=rOprNGfwEbeRWgbNEkqO" + std::string(2000, 'x') + ",s=AAAA,i=4096")),
              errc::protocol_violation);
}

TEST(scram, challenge_cut_at_every_byte_never_passes_for_whole) {
    // A cut inside "4096" leaves a smaller count, which is one the server could have sent.
    for (std::size_t n = 0; n < rfc_server_first.size() - 3; ++n)
        EXPECT_TRUE(rfc_challenge(rfc_server_first.substr(0, n))) << n;
}

// The server's proof.

TEST(scram, wrong_signature_is_refused) {
    EXPECT_EQ(code(rfc_final("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")), errc::server_not_authentic);
}

TEST(scram, wrong_password_does_not_verify_the_server) {
    scram_client client{secret_string{"crayon"}, rfc_options()};
    ASSERT_FALSE(challenge(client, rfc_server_first));
    EXPECT_EQ(code(client.server_final(rfc_server_final)), errc::server_not_authentic);
}

TEST(scram, cve_2019_10164_over_long_server_final_is_refused) {
    EXPECT_EQ(code(rfc_final("v=" + std::string(4000, 'A'))), errc::protocol_violation);
    EXPECT_EQ(code(rfc_final("v=" + std::string(400, 'A'))), errc::protocol_violation);
}

TEST(scram, server_error_is_reported_without_control_characters) {
    const auto failure = rfc_final("e=invalid-proof\x1b[31m");
    EXPECT_EQ(code(failure), errc::authentication_refused);
    const std::string_view what{failure->what()};
    EXPECT_NE(what.find("invalid-proof?[31m"), std::string_view::npos) << what;
}

TEST(scram, malformed_proofs_are_refused) {
    for (const auto* message :
         {"", "v", "v=", "v=AAAA",
          "x=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4",
          "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,junk"})
        EXPECT_EQ(code(rfc_final(message)), errc::protocol_violation) << message;
}

TEST(scram, proof_cut_at_every_byte_is_refused) {
    for (std::size_t n = 0; n < rfc_server_final.size(); ++n)
        EXPECT_TRUE(rfc_final(rfc_server_final.substr(0, n))) << n;
}

TEST(scram, steps_out_of_order_are_refused) {
    std::string out;
    auto early = rfc_client();
    EXPECT_EQ(code(early.server_first(rfc_server_first, out)), errc::protocol_violation);

    auto skipping = rfc_client();
    ASSERT_FALSE(skipping.client_first(out));
    EXPECT_EQ(code(skipping.server_final(rfc_server_final)), errc::protocol_violation);
    EXPECT_FALSE(skipping.verified());

    auto twice = rfc_client();
    ASSERT_FALSE(challenge(twice, rfc_server_first));
    EXPECT_EQ(code(twice.server_first(rfc_server_first, out)), errc::protocol_violation);
    EXPECT_EQ(code(twice.server_final(rfc_server_final)), errc::protocol_violation);
}

TEST(scram, failed_exchange_can_not_be_taken_up_again) {
    auto client = rfc_client();
    ASSERT_FALSE(challenge(client, rfc_server_first));
    ASSERT_TRUE(client.server_final("v=AAAA"));
    EXPECT_TRUE(client.server_final(rfc_server_final));
    EXPECT_FALSE(client.verified());
}

}  // namespace
}  // namespace howdah::wire
