// Which server certificates are accepted, in every sslmode, by a real handshake.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "certificates.hpp"
#include "howdah/base/error.hpp"
#include "howdah/net/channel.hpp"
#include "tls_peer.hpp"

namespace howdah::net {
namespace {

using namespace std::chrono_literals;
using progress = channel::progress;
using test::certificate_plan;
using test::identity;
using test::key_kind;

const test::authority& root() {
    static const test::authority it{"Howdah Root"};
    return it;
}
const test::authority& intermediate() {
    static const test::authority it{"Howdah Intermediate", root()};
    return it;
}
const test::authority& stranger() {
    static const test::authority it{"Somebody Else's Root"};
    return it;
}

identity good_server() { return intermediate().issue({.common_name = "db.example", .alternatives = "DNS:db.example"}); }

endpoint db() { return {.host = "db.example", .hostaddr = "192.0.2.7", .port = 5432}; }

/// A folder for certificates that is HOME, too.
class verification_test : public ::testing::Test {
protected:
    connection_config with(enum ssl_mode mode, const std::string& roots) const {
        connection_config out;
        out.ssl_mode = mode;
        out.ssl_root_cert = roots;
        return out;
    }
    std::string roots() const { return folder.write("ca.crt", root().certificate_pem()); }

    /// How connecting ends: nothing, or the failure.
    std::optional<error> connects(const connection_config& config, const identity& server,
                                  const endpoint& host = db()) {
        channel client;
        test::tls_server peer{server};
        if (shake_hands(client, peer, std::make_shared<const tls_context>(config), host) == progress::done) {
            verified = client.info().verified;
            return std::nullopt;
        }
        alert = peer.failure();
        return client.failure();
    }

    test::temporary_folder folder;
    test::home_is home{folder.path()};
    verification verified = verification::none;
    std::string alert;  // what the server was told
};

struct expectation {
    const char* situation;
    enum ssl_mode mode;
    bool has_roots;
    bool trusted;  // signed by a root that the client has
    bool right_name;
    bool connects;
};

std::ostream& operator<<(std::ostream& out, const expectation& e) { return out << e.situation; }

class ssl_mode_matrix : public verification_test, public ::testing::WithParamInterface<expectation> {};

// libpq's documentation, table 34.1, and "require" with a root certificate file.
TEST_P(ssl_mode_matrix, accepts_as_libpq_does) {
    const auto& e = GetParam();
    const auto& signer = e.trusted ? intermediate() : stranger();
    const auto server = signer.issue({.common_name = e.right_name ? "db.example" : "other.example"});
    const auto config = with(e.mode, e.has_roots ? roots() : folder.path() + "/absent.crt");
    const auto failed = connects(config, server);
    EXPECT_EQ(!failed, e.connects) << (failed ? failed->what() : "it connected");
    if (failed) {
        EXPECT_EQ(failed->code(), errc::certificate_rejected);
    }
}

INSTANTIATE_TEST_SUITE_P(
    modes, ssl_mode_matrix,
    ::testing::Values(expectation{"allow, no roots", ssl_mode::allow, false, false, false, true},
                      expectation{"prefer, no roots", ssl_mode::prefer, false, false, false, true},
                      expectation{"require, no roots", ssl_mode::require, false, false, false, true},
                      expectation{"prefer, roots, stranger", ssl_mode::prefer, true, false, true, false},
                      expectation{"require, roots, stranger", ssl_mode::require, true, false, true, false},
                      expectation{"require, roots, trusted, wrong name", ssl_mode::require, true, true, false, true},
                      expectation{"verify-ca, stranger", ssl_mode::verify_ca, true, false, true, false},
                      expectation{"verify-ca, wrong name", ssl_mode::verify_ca, true, true, false, true},
                      expectation{"verify-full, stranger", ssl_mode::verify_full, true, false, true, false},
                      expectation{"verify-full, wrong name", ssl_mode::verify_full, true, true, false, false},
                      expectation{"verify-full, right name", ssl_mode::verify_full, true, true, true, true}));

TEST_F(verification_test, says_how_far_it_went) {
    EXPECT_FALSE(connects(with(ssl_mode::require, {}), good_server()));
    EXPECT_EQ(verified, verification::none);
    EXPECT_FALSE(connects(with(ssl_mode::require, roots()), good_server()));
    EXPECT_EQ(verified, verification::chain);
    EXPECT_FALSE(connects(with(ssl_mode::verify_full, roots()), good_server()));
    EXPECT_EQ(verified, verification::chain_and_name);
}

TEST_F(verification_test, without_roots_verify_ca_and_verify_full_say_where_they_looked) {
    for (const auto mode : {ssl_mode::verify_ca, ssl_mode::verify_full}) {
        try {
            const tls_context context{with(mode, {})};
            FAIL() << "a context without roots";
        } catch (const error& e) {
            EXPECT_EQ(e.code(), errc::invalid_option);
            EXPECT_NE(std::string{e.what()}.find(folder.path() + "/.postgresql/root.crt"), std::string::npos)
                << e.what();
            EXPECT_NE(std::string{e.what()}.find("sslrootcert=system"), std::string::npos) << e.what();
        }
    }
}

TEST_F(verification_test, finds_the_roots_in_the_users_folder) {
    folder.write(".postgresql/root.crt", stranger().certificate_pem());
    EXPECT_TRUE(connects(with(ssl_mode::require, {}), good_server()));
    folder.write(".postgresql/root.crt", root().certificate_pem());
    EXPECT_FALSE(connects(with(ssl_mode::verify_full, {}), good_server()));
}

TEST_F(verification_test, wrong_name_tells_the_wanted_one_the_offered_ones_and_the_server) {
    const auto server = intermediate().issue({.alternatives = "DNS:a.example,DNS:b.example,IP:192.0.2.1"});
    const auto failed = connects(with(ssl_mode::verify_full, roots()), server);
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->code(), errc::certificate_rejected);
    EXPECT_EQ(failed->phase(), phase::tls);
    EXPECT_EQ(failed->fate(), fate::not_sent);
    const std::string words = failed->what();
    for (const char* part : {"\"db.example\"", "\"a.example\", \"b.example\", \"192.0.2.1\"", "CN=Howdah Intermediate",
                             "valid until 20", "sslmode=verify-ca"})
        EXPECT_NE(words.find(part), std::string::npos) << part << " in: " << words;
    EXPECT_NE(alert.find("alert"), std::string::npos) << alert;
}

TEST_F(verification_test, unknown_authority_tells_which_file_to_change) {
    const auto file = roots();
    const auto failed = connects(with(ssl_mode::verify_full, file), stranger().issue({.common_name = "db.example"}));
    ASSERT_TRUE(failed);
    EXPECT_NE(std::string{failed->what()}.find(file), std::string::npos) << failed->what();
    EXPECT_NE(std::string{failed->what()}.find("Somebody Else's Root"), std::string::npos) << failed->what();
}

TEST_F(verification_test, expired_and_not_yet_valid_certificates_are_rejected_with_their_time) {
    const auto expired =
        connects(with(ssl_mode::verify_ca, roots()),
                 intermediate().issue({.common_name = "db.example", .valid_from = -48h, .valid_until = -1h}));
    ASSERT_TRUE(expired);
    EXPECT_NE(std::string{expired->what()}.find("expired at 20"), std::string::npos) << expired->what();
    const auto early =
        connects(with(ssl_mode::verify_ca, roots()),
                 intermediate().issue({.common_name = "db.example", .valid_from = 24h, .valid_until = 48h}));
    ASSERT_TRUE(early);
    EXPECT_NE(std::string{early->what()}.find("valid from 20"), std::string::npos) << early->what();
}

TEST_F(verification_test, self_signed_certificate_is_accepted_only_if_it_is_among_the_roots) {
    const auto lone = test::self_signed({.common_name = "db.example"});
    const auto failed = connects(with(ssl_mode::verify_full, roots()), lone);
    ASSERT_TRUE(failed);
    EXPECT_NE(std::string{failed->what()}.find("self-signed"), std::string::npos) << failed->what();
    EXPECT_FALSE(connects(with(ssl_mode::verify_full, folder.write("own.crt", lone.certificate_pem())), lone));
}

TEST_F(verification_test, missing_intermediate_is_rejected) {
    auto server = good_server();
    server.intermediates.clear();
    EXPECT_TRUE(connects(with(ssl_mode::verify_ca, roots()), server));
}

TEST_F(verification_test, certificate_of_a_client_is_no_servers) {
    const auto server = intermediate().issue({.common_name = "db.example", .role = test::role::client});
    EXPECT_TRUE(connects(with(ssl_mode::verify_ca, roots()), server));
}

TEST_F(verification_test, wildcard_and_address_certificates_are_accepted_for_what_they_name) {
    const auto full = with(ssl_mode::verify_full, roots());
    const auto wildcard = intermediate().issue({.common_name = "x", .alternatives = "DNS:*.example"});
    EXPECT_FALSE(connects(full, wildcard));
    EXPECT_TRUE(connects(full, wildcard, {.host = "a.db.example", .hostaddr = {}, .port = 5432}));
    const auto addressed = intermediate().issue({.common_name = "x", .alternatives = "IP:192.0.2.7,IP:::1"});
    EXPECT_FALSE(connects(full, addressed, {.host = "192.0.2.7", .hostaddr = {}, .port = 5432}));
    EXPECT_FALSE(connects(full, addressed, {.host = "::1", .hostaddr = {}, .port = 5432}));
    // hostaddr says where to connect; host says who is wanted.
    EXPECT_TRUE(connects(full, addressed));
}

TEST_F(verification_test, verify_full_without_a_host_name_is_refused_before_a_byte) {
    channel client;
    const auto context = std::make_shared<const tls_context>(with(ssl_mode::verify_full, roots()));
    try {
        client.start_tls(context, {.host = {}, .hostaddr = "192.0.2.7", .port = 5432});
        FAIL() << "there was no name to verify";
    } catch (const error& e) {
        EXPECT_EQ(e.code(), errc::invalid_option);
    }
    EXPECT_FALSE(client.encrypted());
}

TEST_F(verification_test, every_kind_of_key_is_verified) {
    for (const auto kind : {key_kind::rsa, key_kind::rsa_pss, key_kind::ed25519}) {
        const test::authority own{"Root", kind};
        const auto file = folder.write("kind.crt", own.certificate_pem());
        EXPECT_FALSE(
            connects(with(ssl_mode::verify_full, file), own.issue({.common_name = "db.example", .key = kind})));
    }
}

TEST_F(verification_test, revoked_certificate_is_rejected_with_the_lists_given_or_in_the_users_folder) {
    const auto good = good_server(), bad = good_server();
    const std::string lists = root().revocations({}) + intermediate().revocations({bad.certificate});
    auto config = with(ssl_mode::verify_ca, roots());
    EXPECT_FALSE(connects(config, bad));
    config.ssl_crl = folder.write("lists.crl", lists);
    EXPECT_FALSE(connects(config, good));
    const auto failed = connects(config, bad);
    ASSERT_TRUE(failed);
    EXPECT_NE(std::string{failed->what()}.find("revoked"), std::string::npos) << failed->what();

    config.ssl_crl.clear();
    folder.write(".postgresql/root.crl", lists);
    EXPECT_FALSE(connects(config, good));
    EXPECT_TRUE(connects(config, bad));
}

TEST_F(verification_test, revocation_lists_must_cover_the_chain) {
    auto config = with(ssl_mode::verify_ca, roots());
    config.ssl_crl = folder.write("root-only.crl", root().revocations({}));
    const auto failed = connects(config, good_server());
    ASSERT_TRUE(failed);
    EXPECT_NE(std::string{failed->what()}.find("none is of \"CN=Howdah Intermediate"), std::string::npos)
        << failed->what();
}

TEST_F(verification_test, revocation_list_that_is_absent_is_ignored_and_one_that_is_garbage_is_not) {
    auto config = with(ssl_mode::verify_ca, roots());
    config.ssl_crl = folder.path() + "/absent.crl";
    EXPECT_FALSE(connects(config, good_server()));
    config.ssl_crl = folder.write("garbage.crl", "no list\n");
    EXPECT_THROW(tls_context{config}, error);
}

TEST_F(verification_test, folder_of_revocation_lists_is_searched) {
    const auto bad = root().issue({.common_name = "db.example"});
    // A folder of lists is indexed by the hash of the issuer's name, as `openssl rehash` does it.
    const auto hash = X509_NAME_hash_ex(X509_get_issuer_name(bad.certificate.get()), nullptr, nullptr, nullptr);
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "lists/%08lx.r0", hash);
    folder.write(name.data(), root().revocations({bad.certificate}));
    auto config = with(ssl_mode::verify_ca, roots());
    config.ssl_crl_dir = folder.path() + "/lists";
    EXPECT_TRUE(connects(config, bad));
    EXPECT_FALSE(connects(config, root().issue({.common_name = "db.example"})));
}

TEST_F(verification_test, systems_roots_are_used_only_with_verify_full) {
    // OpenSSL's own variable for where the system keeps them.
    const auto file = roots();
    setenv("SSL_CERT_FILE", file.c_str(), 1);
    EXPECT_FALSE(connects(with(ssl_mode::verify_full, "system"), good_server()));
    EXPECT_TRUE(connects(with(ssl_mode::verify_full, "system"), stranger().issue({.common_name = "db.example"})));
    unsetenv("SSL_CERT_FILE");
    for (const auto mode : {ssl_mode::allow, ssl_mode::prefer, ssl_mode::require, ssl_mode::verify_ca})
        EXPECT_THROW(tls_context{with(mode, "system")}, error);
}

}  // namespace
}  // namespace howdah::net
