// Keys of SCRAM that are kept, or given instead of a password.
#include "howdah/wire/scram.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "howdah/base/errc.hpp"
#include "howdah/wire/base64.hpp"
#include "scram_exchange.hpp"

namespace howdah::wire {
namespace {

const bytes& rfc_salt() {
    static const auto salt = *decode_base64("W22ZaJ0SNY7soEsUEjb6gQ==");
    return salt;
}

scram_options keeping_in(scram_cache& cache) {
    auto options = rfc_options();
    options.cache = &cache;
    return options;
}

void expect_the_rfc_s_exchange(scram_client& client) {
    std::string out;
    ASSERT_FALSE(client.client_first(out));
    ASSERT_FALSE(client.server_first(rfc_server_first, out));
    EXPECT_EQ(out, rfc_client_final);
    EXPECT_FALSE(client.server_final(rfc_server_final));
}

TEST(scram_cache, keys_are_kept_when_the_server_has_proved_itself) {
    scram_cache cache;
    auto client = rfc_client(keeping_in(cache));
    ASSERT_FALSE(challenge(client, rfc_server_first));
    EXPECT_FALSE(cache.find(secret_string{"pencil"}, rfc_salt(), 4096));
    ASSERT_FALSE(client.server_final(rfc_server_final));
    EXPECT_TRUE(cache.find(secret_string{"pencil"}, rfc_salt(), 4096));
}

TEST(scram_cache, nothing_is_kept_of_a_server_that_is_not_proved) {
    scram_cache cache;
    auto client = rfc_client(keeping_in(cache));
    ASSERT_FALSE(challenge(client, rfc_server_first));
    ASSERT_TRUE(client.server_final("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    EXPECT_FALSE(cache.find(secret_string{"pencil"}, rfc_salt(), 4096));
}

TEST(scram_cache, kept_keys_take_the_place_of_the_password_s) {
    scram_cache cache;
    scram_keys keys;
    keys.client.fill(std::byte{1});
    cache.keep(secret_string{"pencil"}, rfc_salt(), 4096, keys);
    auto client = rfc_client(keeping_in(cache));
    std::string out;
    ASSERT_FALSE(client.client_first(out));
    ASSERT_FALSE(client.server_first(rfc_server_first, out));
    EXPECT_NE(out, rfc_client_final);
}

TEST(scram_cache, second_exchange_gives_the_same_messages) {
    scram_cache cache;
    for (int i = 0; i < 2; ++i) {
        auto client = rfc_client(keeping_in(cache));
        expect_the_rfc_s_exchange(client);
    }
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

// Keys that are given.

given_scram_keys rfc_keys() {
    scram_cache cache;
    auto client = rfc_client(keeping_in(cache));
    EXPECT_FALSE(challenge(client, rfc_server_first));
    EXPECT_FALSE(client.server_final(rfc_server_final));
    const auto keys = cache.find(secret_string{"pencil"}, rfc_salt(), 4096).value();
    return {.client = secret_string{as_text(keys.client)}, .server = secret_string{as_text(keys.server)}};
}

TEST(given_scram_keys, conduct_the_exchange_without_a_password) {
    auto options = rfc_options();
    options.keys = rfc_keys();
    scram_client client{secret_string{}, options};
    expect_the_rfc_s_exchange(client);
}

TEST(given_scram_keys, are_not_kept_as_the_password_s) {
    scram_cache cache;
    auto options = keeping_in(cache);
    options.keys = rfc_keys();
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

}  // namespace
}  // namespace howdah::wire
