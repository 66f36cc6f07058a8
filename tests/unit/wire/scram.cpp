#include "howdah/wire/scram.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/errc.hpp"
#include "howdah/wire/base64.hpp"

namespace howdah::wire {
namespace {

// RFC 7677, section 3.
constexpr std::string_view rfc_nonce = "rOprNGfwEbeRWgbNEkqO";
constexpr std::string_view rfc_server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr std::string_view rfc_client_final =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
constexpr std::string_view rfc_server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

scram_options rfc_options() {
    scram_options options;
    options.username = "user";
    options.nonce = rfc_nonce;
    return options;
}

scram_client rfc_client(scram_options options = rfc_options()) {
    return scram_client{secret_string{"pencil"}, std::move(options)};
}

std::error_code code(const std::optional<error>& e) { return e ? e->code() : std::error_code{}; }

// What a client answers to a challenge after client-first.
std::optional<error> challenge(scram_client& client, std::string_view server_first) {
    std::string out;
    if (auto e = client.client_first(out)) return e;
    out.clear();
    auto e = client.server_first(server_first, out);
    EXPECT_EQ(e.has_value(), out.empty()) << "an error and an answer, or neither";
    return e;
}

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

// The cache.

const bytes& rfc_salt() {
    static const auto salt = *decode_base64("W22ZaJ0SNY7soEsUEjb6gQ==");
    return salt;
}

TEST(scram_cache, keys_are_kept_when_the_server_has_proved_itself) {
    scram_cache cache;
    auto options = rfc_options();
    options.cache = &cache;
    auto client = rfc_client(options);
    ASSERT_FALSE(challenge(client, rfc_server_first));
    EXPECT_FALSE(cache.find(secret_string{"pencil"}, rfc_salt(), 4096));
    ASSERT_FALSE(client.server_final(rfc_server_final));
    EXPECT_TRUE(cache.find(secret_string{"pencil"}, rfc_salt(), 4096));
}

TEST(scram_cache, nothing_is_kept_of_a_server_that_is_not_proved) {
    scram_cache cache;
    auto options = rfc_options();
    options.cache = &cache;
    auto client = rfc_client(options);
    ASSERT_FALSE(challenge(client, rfc_server_first));
    ASSERT_TRUE(client.server_final("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    EXPECT_FALSE(cache.find(secret_string{"pencil"}, rfc_salt(), 4096));
}

TEST(scram_cache, kept_keys_take_the_place_of_the_password_s) {
    scram_cache cache;
    scram_keys keys;
    keys.client.fill(std::byte{1});
    cache.keep(secret_string{"pencil"}, rfc_salt(), 4096, keys);
    auto options = rfc_options();
    options.cache = &cache;
    auto client = rfc_client(options);
    std::string out;
    ASSERT_FALSE(client.client_first(out));
    ASSERT_FALSE(client.server_first(rfc_server_first, out));
    EXPECT_NE(out, rfc_client_final);
}

TEST(scram_cache, second_exchange_gives_the_same_messages) {
    scram_cache cache;
    auto options = rfc_options();
    options.cache = &cache;
    for (int i = 0; i < 2; ++i) {
        auto client = rfc_client(options);
        std::string out;
        ASSERT_FALSE(client.client_first(out));
        ASSERT_FALSE(client.server_first(rfc_server_first, out));
        EXPECT_EQ(out, rfc_client_final);
        EXPECT_FALSE(client.server_final(rfc_server_final));
    }
}

// Keys that are given.

given_scram_keys rfc_keys() {
    scram_cache cache;
    auto options = rfc_options();
    options.cache = &cache;
    auto client = rfc_client(options);
    EXPECT_FALSE(challenge(client, rfc_server_first));
    EXPECT_FALSE(client.server_final(rfc_server_final));
    const auto keys = cache.find(secret_string{"pencil"}, rfc_salt(), 4096).value();
    return {.client = secret_string{as_text(keys.client)}, .server = secret_string{as_text(keys.server)}};
}

TEST(given_scram_keys, conduct_the_exchange_without_a_password) {
    auto options = rfc_options();
    options.keys = rfc_keys();
    scram_client client{secret_string{}, options};
    std::string out;
    ASSERT_FALSE(client.client_first(out));
    ASSERT_FALSE(client.server_first(rfc_server_first, out));
    EXPECT_EQ(out, rfc_client_final);
    EXPECT_FALSE(client.server_final(rfc_server_final));
}

TEST(given_scram_keys, are_not_kept_as_the_password_s) {
    scram_cache cache;
    auto options = rfc_options();
    options.keys = rfc_keys();
    options.cache = &cache;
    auto client = rfc_client(options);
    ASSERT_FALSE(challenge(client, rfc_server_first));
    ASSERT_FALSE(client.server_final(rfc_server_final));
    EXPECT_FALSE(cache.find(secret_string{"pencil"}, rfc_salt(), 4096));
}

TEST(given_scram_keys, a_server_that_does_not_know_the_server_s_key_is_refused) {
    auto options = rfc_options();
    options.keys = rfc_keys();
    options.keys.server = secret_string{std::string(scram_keys::size, 'x')};
    auto client = rfc_client(options);
    ASSERT_FALSE(challenge(client, rfc_server_first));
    EXPECT_EQ(code(client.server_final(rfc_server_final)), errc::server_not_authentic);
}

TEST(given_scram_keys, the_client_s_alone_sends_no_proof) {
    auto options = rfc_options();
    options.keys = {.client = rfc_keys().client, .server = {}};
    auto client = rfc_client(options);
    EXPECT_EQ(code(challenge(client, rfc_server_first)), errc::authentication_refused);
}

TEST(given_scram_keys, are_32_bytes_in_base64) {
    const auto encoded = encode_base64(as_bytes(rfc_keys().client.reveal()));
    EXPECT_EQ(decode_scram_key(encoded), rfc_keys().client);
    for (const auto* wrong : {"", "AAAA", "zebra", "AAAAAAAAAAAAAAAAAAAAAA=="}) EXPECT_FALSE(decode_scram_key(wrong));
}

TEST(scram_cache, password_salt_and_count_must_all_match) {
    scram_cache cache;
    cache.keep(secret_string{"pencil"}, rfc_salt(), 4096, {});
    EXPECT_TRUE(cache.find(secret_string{"pencil"}, rfc_salt(), 4096));
    EXPECT_FALSE(cache.find(secret_string{"crayon"}, rfc_salt(), 4096));
    EXPECT_FALSE(cache.find(secret_string{"pencil"}, as_bytes("salt"), 4096));
    EXPECT_FALSE(cache.find(secret_string{"pencil"}, rfc_salt(), 4097));
}

TEST(scram_cache, changed_password_replaces_the_old_one_s_keys) {
    scram_cache cache;
    cache.keep(secret_string{"old"}, rfc_salt(), 4096, {});
    cache.keep(secret_string{"new"}, rfc_salt(), 4096, {});
    EXPECT_FALSE(cache.find(secret_string{"old"}, rfc_salt(), 4096));
    EXPECT_TRUE(cache.find(secret_string{"new"}, rfc_salt(), 4096));
}

TEST(scram_cache, oldest_entry_goes_when_it_is_full) {
    scram_cache cache;
    for (std::uint32_t i = 0; i <= scram_cache::capacity; ++i) cache.keep(secret_string{"p"}, rfc_salt(), 4096 + i, {});
    EXPECT_FALSE(cache.find(secret_string{"p"}, rfc_salt(), 4096));
    EXPECT_TRUE(cache.find(secret_string{"p"}, rfc_salt(), 4097));
    EXPECT_TRUE(cache.find(secret_string{"p"}, rfc_salt(), 4096 + scram_cache::capacity));
}

// RFC 4648, section 10.
TEST(base64, rfc_4648_vectors_go_both_ways) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> vectors{{{"", ""},
                                                                                    {"f", "Zg=="},
                                                                                    {"fo", "Zm8="},
                                                                                    {"foo", "Zm9v"},
                                                                                    {"foob", "Zm9vYg=="},
                                                                                    {"fooba", "Zm9vYmE="},
                                                                                    {"foobar", "Zm9vYmFy"}}};
    for (const auto& [plain, encoded] : vectors) {
        EXPECT_EQ(encode_base64(as_bytes(plain)), encoded);
        const auto decoded = decode_base64(encoded);
        ASSERT_TRUE(decoded) << encoded;
        EXPECT_EQ(as_text(*decoded), plain);
    }
}

}  // namespace
}  // namespace howdah::wire
