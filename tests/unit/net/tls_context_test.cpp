// Client certificates, their keys, and the options of a handshake.
#include "howdah/net/tls_context.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "certificates.hpp"
#include "howdah/base/error.hpp"
#include "howdah/net/channel.hpp"
#include "tls_peer.hpp"

namespace howdah::net {
namespace {

using progress = channel::progress;
using test::identity;

const test::authority& root() {
    static const test::authority it{"Howdah Root"};
    return it;
}
const identity& server() {
    static const identity it = root().issue({.common_name = "db.example"});
    return it;
}
const identity& ada() {
    static const identity it = root().issue({.common_name = "ada", .role = test::role::client});
    return it;
}

class tls_context_test : public ::testing::Test {
protected:
    std::optional<error> refusal(const connection_config& config) const {
        try {
            const tls_context context{config};
        } catch (const error& e) {
            return e;
        }
        return std::nullopt;
    }
    std::string refusal_words(const connection_config& config) const {
        const auto refused = refusal(config);
        return refused ? refused->what() : "";
    }

    progress shake(const connection_config& config, const test::server_options& options,
                   const std::string& host = "db.example") {
        peer = std::make_unique<test::tls_server>(server(), options);
        client = channel{};
        return shake_hands(client, *peer, std::make_shared<const tls_context>(config),
                           {.host = host, .hostaddr = {}, .port = 5432});
    }

    connection_config with_certificate(unsigned mode = 0600, const std::string& password = {}) const {
        connection_config out;
        out.ssl_mode = ssl_mode::require;
        out.ssl_cert = folder.write("client.crt", ada().certificate_pem());
        out.ssl_key = folder.write("client.key", ada().key_pem(password), mode);
        return out;
    }

    test::temporary_folder folder;
    test::home_is home{folder.path()};
    channel client;
    std::unique_ptr<test::tls_server> peer;
};

connection_config plain_require() {
    connection_config out;
    out.ssl_mode = ssl_mode::require;
    return out;
}

TEST_F(tls_context_test, sends_the_client_certificate_to_a_server_that_asks) {
    ASSERT_EQ(shake(with_certificate(), {.clients = &root()}), progress::done) << client.failure().what();
    EXPECT_TRUE(peer->established()) << peer->failure();
    EXPECT_EQ(client.info().client_certificate, client_certificate::sent);
    ASSERT_EQ(shake(with_certificate(), {}), progress::done);
    EXPECT_EQ(client.info().client_certificate, client_certificate::not_requested);
}

TEST_F(tls_context_test, finds_the_client_certificate_in_the_users_folder) {
    folder.write(".postgresql/postgresql.crt", ada().certificate_pem());
    folder.write(".postgresql/postgresql.key", ada().key_pem());
    ASSERT_EQ(shake(plain_require(), {.clients = &root()}), progress::done);
    EXPECT_EQ(client.info().client_certificate, client_certificate::sent);
}

TEST_F(tls_context_test, reads_a_key_in_der) {
    auto config = with_certificate();
    config.ssl_key = folder.write("client.der", ada().key_der());
    EXPECT_EQ(refusal_words(config), "");
}

TEST_F(tls_context_test, opens_an_encrypted_key_with_its_password_and_shows_none) {
    auto config = with_certificate(0600, "correct horse");
    EXPECT_NE(refusal_words(config).find("no sslpassword is given"), std::string::npos) << refusal_words(config);
    config.ssl_password = secret_string{"battery staple"};
    EXPECT_NE(refusal_words(config).find("sslpassword does not open it"), std::string::npos) << refusal_words(config);
    EXPECT_EQ(refusal_words(config).find("battery"), std::string::npos);
    config.ssl_password = secret_string{"correct horse"};
    EXPECT_EQ(refusal_words(config), "");
}

TEST_F(tls_context_test, refuses_a_key_that_others_can_read) {
    const auto refused = refusal(with_certificate(0644));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code(), errc::insecure_file);
    EXPECT_NE(std::string{refused->what()}.find("chmod 0600"), std::string::npos);
    EXPECT_FALSE(refusal(with_certificate(0400)));
    EXPECT_TRUE(refusal(with_certificate(0620)));
    EXPECT_TRUE(refusal(with_certificate(0602)));
}

TEST_F(tls_context_test, lets_a_group_read_a_key_only_if_root_owns_it) {
    auto config = with_certificate(0640);
    EXPECT_EQ(refusal(config).has_value(), geteuid() != 0);
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    ASSERT_EQ(chown(config.ssl_key.c_str(), 65534, 65534), 0);
    EXPECT_TRUE(refusal(config));
}

TEST_F(tls_context_test, refuses_a_certificate_without_its_key) {
    auto config = with_certificate();
    config.ssl_key = folder.path() + "/absent.key";
    EXPECT_NE(refusal_words(config).find("no private key file \"" + config.ssl_key), std::string::npos);
    config.ssl_key = folder.path();
    EXPECT_NE(refusal_words(config).find("not a regular file"), std::string::npos);
    config.ssl_key = folder.write("other.key", root().issue({.common_name = "other"}).key_pem());
    EXPECT_NE(refusal_words(config).find("does not belong"), std::string::npos) << refusal_words(config);
    config.ssl_key = folder.write("garbage.key", "nothing\n");
    EXPECT_NE(refusal_words(config).find("can't be read"), std::string::npos) << refusal_words(config);
}

TEST_F(tls_context_test, goes_without_a_certificate_that_is_not_there_unless_it_is_required) {
    auto config = plain_require();
    config.ssl_cert = folder.path() + "/absent.crt";
    EXPECT_EQ(shake(config, {.clients = &root(), .insists = false}), progress::done);
    EXPECT_EQ(client.info().client_certificate, client_certificate::not_sent);
    config.ssl_cert_mode = ssl_cert_mode::require;
    EXPECT_NE(refusal_words(config).find("sslcertmode=require"), std::string::npos);
    config.ssl_cert_mode = ssl_cert_mode::allow;
    config.ssl_cert = folder.write("garbage.crt", "nothing\n");
    EXPECT_NE(refusal_words(config).find("can't be read"), std::string::npos);
}

TEST_F(tls_context_test, sslcertmode_disable_sends_none) {
    auto config = with_certificate();
    config.ssl_cert_mode = ssl_cert_mode::disable;
    ASSERT_EQ(shake(config, {.clients = &root(), .insists = false}), progress::done);
    EXPECT_EQ(client.info().client_certificate, client_certificate::not_sent);
}

TEST_F(tls_context_test, sslcertmode_require_refuses_a_server_that_does_not_ask) {
    auto config = with_certificate();
    config.ssl_cert_mode = ssl_cert_mode::require;
    EXPECT_EQ(shake(config, {.clients = &root()}), progress::done);
    EXPECT_EQ(shake(config, {}), progress::failed);
    EXPECT_NE(std::string{client.failure().what()}.find("did not ask"), std::string::npos);
}

TEST_F(tls_context_test, server_that_insists_on_a_certificate_says_so_in_words) {
    // TLS 1.2 says it in the handshake, 1.3 only afterwards.
    EXPECT_EQ(shake(plain_require(), {.max_version = TLS1_2_VERSION, .clients = &root()}), progress::failed);
    EXPECT_EQ(client.failure().code(), errc::tls_failed);
    ASSERT_EQ(shake(plain_require(), {.clients = &root()}), progress::done);
    std::error_code failed;
    EXPECT_EQ(test::drain(client, failed), "");
    EXPECT_EQ(failed, errc::tls_failed);
    EXPECT_NE(std::string{client.failure().what()}.find("set sslcert and sslkey"), std::string::npos)
        << client.failure().what();
}

TEST_F(tls_context_test, indicates_the_servers_name_but_no_address) {
    ASSERT_EQ(shake(plain_require(), {}), progress::done);
    EXPECT_EQ(peer->server_name(), "db.example");
    ASSERT_EQ(shake(plain_require(), {}, "192.0.2.7"), progress::done);
    EXPECT_EQ(peer->server_name(), "");
    ASSERT_EQ(shake(plain_require(), {}, "::1"), progress::done);
    EXPECT_EQ(peer->server_name(), "");
    auto config = plain_require();
    config.ssl_sni = false;
    ASSERT_EQ(shake(config, {}), progress::done);
    EXPECT_EQ(peer->server_name(), "");
}

TEST_F(tls_context_test, agrees_on_the_protocol_by_alpn) {
    ASSERT_EQ(shake(plain_require(), {}), progress::done);
    EXPECT_EQ(client.info().alpn, "postgresql");
    // Before PostgreSQL 17 servers know no ALPN: fine after an SSLRequest, not without one.
    ASSERT_EQ(shake(plain_require(), {.alpn = ""}), progress::done);
    EXPECT_EQ(client.info().alpn, "");
    auto direct = plain_require();
    direct.ssl_negotiation = ssl_negotiation::direct;
    EXPECT_EQ(shake(direct, {}), progress::done);
    EXPECT_EQ(shake(direct, {.alpn = ""}), progress::failed);
    EXPECT_NE(std::string{client.failure().what()}.find("PostgreSQL 17"), std::string::npos);
    EXPECT_EQ(shake(direct, {.alpn = "http/1.1"}), progress::failed);
    EXPECT_NE(std::string{client.failure().what()}.find("does not offer PostgreSQL"), std::string::npos)
        << client.failure().what();
}

TEST_F(tls_context_test, keeps_to_the_versions_it_is_given) {
    auto config = plain_require();
    ASSERT_EQ(shake(config, {}), progress::done);
    EXPECT_EQ(client.info().version, "TLSv1.3");
    config.ssl_max_protocol_version = tls_version::tls1_2;
    ASSERT_EQ(shake(config, {}), progress::done);
    EXPECT_EQ(client.info().version, "TLSv1.2");
    EXPECT_EQ(shake(config, {.min_version = TLS1_3_VERSION}), progress::failed);
    EXPECT_NE(std::string{client.failure().what()}.find("no TLS version in common"), std::string::npos)
        << client.failure().what();
    config.ssl_min_protocol_version = tls_version::tls1_3;
    EXPECT_NE(refusal_words(config).find("ssl_max_protocol_version"), std::string::npos);
}

TEST_F(tls_context_test, takes_no_version_below_1_2_even_if_none_is_asked_for) {
    auto config = plain_require();
    config.ssl_min_protocol_version = tls_version::unset;
    const tls_context context{config};
    EXPECT_EQ(SSL_CTX_get_min_proto_version(context.native()), TLS1_2_VERSION);
}

TEST_F(tls_context_test, refuses_roots_that_are_garbage) {
    auto config = plain_require();
    config.ssl_root_cert = folder.write("garbage.crt", "nothing\n");
    EXPECT_NE(refusal_words(config).find(config.ssl_root_cert), std::string::npos);
}

TEST_F(tls_context_test, serves_many_connections_at_once) {
    const auto context = std::make_shared<const tls_context>(with_certificate());
    const endpoint host{.host = "db.example", .hostaddr = {}, .port = 5432};
    channel a, b;
    test::tls_server one{server(), {.clients = &root()}}, two{server(), {.clients = &root()}};
    EXPECT_EQ(shake_hands(a, one, context, host), progress::done);
    EXPECT_EQ(shake_hands(b, two, context, host), progress::done);
    EXPECT_TRUE(one.established() && two.established());
}

// NSS's format, which Wireshark reads: a label, the client's random, the secret.
TEST_F(tls_context_test, sslkeylogfile_gets_the_session_s_keys_and_is_its_owner_s_alone) {
    auto config = plain_require();
    config.ssl_key_log_file = folder.path() + "/keys";
    for (int session = 1; session <= 2; ++session) {
        ASSERT_EQ(shake(config, {}), progress::done);
        std::ifstream log{config.ssl_key_log_file};
        int secrets = 0;
        for (std::string line; std::getline(log, line);)
            secrets += line.starts_with("CLIENT_TRAFFIC_SECRET_0 ") ? 1 : 0;
        EXPECT_EQ(secrets, session);
    }
    struct stat status{};
    ASSERT_EQ(::stat(config.ssl_key_log_file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(tls_context_test, sslkeylogfile_that_can_not_be_written_is_refused_by_name) {
    auto config = plain_require();
    config.ssl_key_log_file = folder.path() + "/no/such/folder";
    EXPECT_NE(refusal_words(config).find("sslkeylogfile"), std::string::npos);
}

}  // namespace
}  // namespace howdah::net
