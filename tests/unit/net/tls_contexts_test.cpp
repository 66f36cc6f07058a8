// One TLS context for many connections, and another one once a file of it has changed.
#include "howdah/net/tls_contexts.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "certificates.hpp"
#include "howdah/base/error.hpp"

namespace howdah::net {
namespace {

class tls_contexts_test : public ::testing::Test {
protected:
    test::temporary_folder folder;
    test::home_is home{folder.path()};
    const test::authority root{"Howdah Root"};
    tls_contexts all;

    connection_config with_certificate() const {
        connection_config out;
        out.ssl_mode = ssl_mode::require;
        out.ssl_cert = folder.path() + "/client.crt";
        out.ssl_key = folder.path() + "/client.key";
        issue("ada");
        return out;
    }
    /// A new certificate with its key: written beside the old ones, and moved over them.
    void issue(const std::string& name) const {
        const auto fresh = root.issue({.common_name = name, .role = test::role::client});
        replace("client.crt", fresh.certificate_pem());
        replace("client.key", fresh.key_pem());
    }
    void replace(const std::string& name, const std::string& content) const {
        const auto fresh = folder.write(name + ".new", content);
        std::filesystem::rename(fresh, folder.path() + "/" + name);
    }
    static std::string client_of(const tls_context& c) {
        char name[100]{};
        X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_CTX_get0_certificate(c.native())), NID_commonName, name,
                                  sizeof name);
        return name;
    }
};

TEST_F(tls_contexts_test, is_one_as_long_as_nothing_changes) {
    const auto config = with_certificate();
    const auto first = all.find(config);
    EXPECT_EQ(all.find(config), first);
    EXPECT_EQ(all.find(connection_config{config}), first) << "what is written in it counts, not where it stands";
}

TEST_F(tls_contexts_test, has_the_new_certificate_when_that_was_rotated) {
    const auto config = with_certificate();
    const auto first = all.find(config);
    EXPECT_EQ(client_of(*first), "ada");
    issue("ada again");
    const auto second = all.find(config);
    EXPECT_EQ(client_of(*second), "ada again");
    EXPECT_EQ(client_of(*first), "ada") << "whoever has it keeps it as it was";
    EXPECT_EQ(all.find(config), second);
}

TEST_F(tls_contexts_test, notices_a_file_that_comes_or_goes_where_libpq_looks_for_it) {
    connection_config config;
    config.ssl_mode = ssl_mode::require;
    EXPECT_FALSE(all.find(config)->verifies_chain());
    folder.write(".postgresql/root.crt", root.certificate_pem());
    EXPECT_TRUE(all.find(config)->verifies_chain());
    const auto without_list = all.find(config);
    folder.write(".postgresql/root.crl", root.revocations({}));
    EXPECT_NE(all.find(config), without_list);
    std::filesystem::remove(folder.path() + "/.postgresql/root.crt");
    EXPECT_FALSE(all.find(config)->verifies_chain());
}

TEST_F(tls_contexts_test, is_another_for_other_settings) {
    const auto config = with_certificate();
    const auto first = all.find(config);
    auto other = config;
    other.ssl_max_protocol_version = tls_version::tls1_2;
    EXPECT_NE(all.find(other), first);
    other = config;
    other.ssl_sni = false;
    EXPECT_FALSE(all.find(other)->indicates_server_name());
    other = config;
    other.ssl_password = secret_string{"of an encrypted key"};
    const auto third = all.find(other);
    EXPECT_NE(all.find(config), third);
}

TEST_F(tls_contexts_test, fails_as_one_alone_does_and_recovers) {
    const auto config = with_certificate();
    (void)all.find(config);
    replace("client.key", root.issue({.common_name = "another's"}).key_pem());
    EXPECT_THROW((void)all.find(config), error);
    EXPECT_THROW((void)all.find(config), error) << "the old one is no answer";
    issue("ada at last");
    EXPECT_EQ(client_of(*all.find(config)), "ada at last");
}

TEST_F(tls_contexts_test, may_be_asked_by_any_thread) {
    const auto config = with_certificate();
    std::vector<std::jthread> callers;
    for (int t = 0; t < 4; ++t)
        callers.emplace_back([&] {
            for (int i = 0; i < 20; ++i) EXPECT_EQ(client_of(*all.find(config)), "ada");
        });
}

}  // namespace
}  // namespace howdah::net
