// Each method of authentication beside sslmode, require_auth and channel_binding, on a real server, beside libpq.

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/compat/availability.hpp"
#include "tests/ways/document.hpp"
#include "tests/ways/logins.hpp"
#include "tests/ways/verdict.hpp"

namespace howdah::ways {
namespace {

using testing::authority;
using testing::key_kind;

class authentication : public ::testing::Test, protected logins {
protected:
    using logins::logins;
};

TEST_F(authentication, each_method_meets_each_sslmode) {
    const auto modes =
        std::to_array<const char*>({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"});
    std::vector<std::string> columns{"method"};
    for (const auto* mode : modes) columns.push_back(std::string{"`"} + mode + '`');
    columns.emplace_back("unix socket");
    table out{columns};
    for (const auto& m : methods) {
        std::vector<std::string> row{m.name};
        for (const auto* mode : modes) {
            // libpq shows a password in clear text to whoever listens.
            const bool shown = std::string{"password"} == m.name && (mode == modes[0] || mode == modes[1]);
            row.push_back(
                compared(to(m, std::string{"sslmode="} + mode), shown ? difference::stricter : difference::none));
        }
        row.push_back(compared(server.socket_address(m.role) + " password=zebra"));
        out.add(row);
    }
    expect_documented("methods", out.markdown());
}

TEST_F(authentication, require_auth_takes_what_it_names_and_nothing_else) {
    std::vector<std::string> columns{"`require_auth`"};
    for (const auto& m : methods) columns.emplace_back(m.name);
    table out{columns};
    for (const auto* required :
         {"''", "none", "password", "md5", "scram-sha-256", "md5,scram-sha-256", "scram-sha-256,none",
          "password,md5,scram-sha-256", "!none", "!password", "!md5", "!scram-sha-256", "!password,!md5",
          "!none,!password,!md5", "!password,!md5,!scram-sha-256", "gss", "sspi,gss", "!gss,!sspi"}) {
        std::vector<std::string> row{std::string{"`"} + required + '`'};
        for (const auto& m : methods)
            row.push_back(compared(over_tls(m, std::string{"require_auth="} + required), difference::none, libpq_16));
        out.add(row);
    }
    expect_documented("require_auth", out.markdown());
}

TEST_F(authentication, channel_binding_is_met_by_scram_over_tls_alone) {
    table out{{"method", "`disable`", "`prefer`", "`require`"}};
    const auto add = [&](const std::string& name, const std::string& rest, difference d) {
        std::vector<std::string> row{name};
        for (const auto* binding : {"disable", "prefer", "require"})
            row.push_back(compared(rest + " channel_binding=" + binding,
                                   std::string{"require"} == binding ? difference::none : d));
        out.add(row);
    };
    for (const auto& m : methods) add(std::string{m.name} + ", TLS", over_tls(m, ""), difference::none);
    for (const auto& m : methods)
        add(std::string{m.name} + ", no TLS", to(m, "sslmode=disable"),
            std::string{"password"} == m.name ? difference::stricter : difference::none);
    expect_documented("channel_binding", out.markdown());
}

struct signature {
    const char* name;
    key_kind key;
    const char* hash;
};

// RFC 5929, section 4.1: the certificate's hash is by its signature's own function, SHA-256 for MD5 and SHA-1, and
// none is defined for a signature without one.
class signatures : public authentication {
protected:
    using authentication::authentication;

    table each_kind() {
        constexpr auto kinds = std::to_array<signature>({{"RSA, MD5", key_kind::rsa, "MD5"},
                                                         {"RSA, SHA-1", key_kind::rsa, "SHA1"},
                                                         {"RSA, SHA-224", key_kind::rsa, "SHA224"},
                                                         {"RSA, SHA-256", key_kind::rsa, "SHA256"},
                                                         {"RSA, SHA-384", key_kind::rsa, "SHA384"},
                                                         {"RSA, SHA-512", key_kind::rsa, "SHA512"},
                                                         {"ECDSA, SHA-256", key_kind::p256, "SHA256"},
                                                         {"ECDSA, SHA-384", key_kind::p256, "SHA384"},
                                                         {"ECDSA, SHA-512", key_kind::p256, "SHA512"},
                                                         {"RSA-PSS, SHA-256", key_kind::rsa_pss, "SHA256"},
                                                         {"RSA-PSS, SHA-512", key_kind::rsa_pss, "SHA512"},
                                                         {"Ed25519", key_kind::ed25519, "SHA256"}});
        table out{{"certificate's signature", "`disable`", "`prefer`", "`require`"}};
        for (const auto& kind : kinds) out.add(row(kind));
        return out;
    }

private:
    std::vector<std::string> row(const signature& kind) {
        const authority signer{"Signer", kind.key};
        const bool taken = server.present(
            signer.issue({.common_name = "localhost", .alternatives = "DNS:localhost", .key = kind.key}, kind.hash));
        if (!taken) return {kind.name, "the server refuses it", "-", "-"};
        std::vector<std::string> out{kind.name};
        for (const auto* binding : {"disable", "prefer", "require"})
            out.push_back(compared(server.address("localhost", "ways_scram") +
                                   "password=zebra sslmode=require channel_binding=" + binding));
        return out;
    }
};

TEST_F(signatures, channel_binding_meets_every_kind) { expect_documented("signatures", each_kind().markdown()); }

// npm's servers have an older OpenSSL, which takes SHA-1.
class signatures_on_18 : public ::testing::Test {};

TEST_F(signatures_on_18, channel_binding_is_by_sha_256_where_the_signature_s_is_sha_1) {
    if (const auto why = why_not(18); !why.empty()) GTEST_SKIP() << why;
    struct on_18 : signatures {
        on_18() : signatures{18} {}
        void TestBody() override {}
        using signatures::each_kind;
    } newest;
    const auto table = newest.each_kind().markdown();
    EXPECT_NE(table.find("| RSA, SHA-1 | TLS | TLS | TLS |"), std::string::npos) << table;
}

TEST_F(authentication, client_certificates_and_their_keys) {
    const auto issue = [&](const authority& by, const char* name, key_kind key = key_kind::p256) {
        return by.issue({.common_name = name, .role = testing::certificate_role::client, .key = key});
    };
    const auto write = [&](const std::string& name, const std::string& text, unsigned mode = 0600) {
        return surroundings.folder().write(name, text, mode);
    };
    const auto pair = [&](const std::string& name, const testing::identity& id, const std::string& password = {}) {
        return " sslcert=" + write(name + ".crt", id.certificate_pem()) +
               " sslkey=" + write(name + ".key", id.key_pem(password));
    };
    const authority strangers{"Strangers"}, below{"Below", clients};
    const auto mine = issue(clients, "ways_cert");
    const auto expired = clients.issue({.common_name = "ways_cert",
                                        .role = testing::certificate_role::client,
                                        .valid_from = std::chrono::hours{-48},
                                        .valid_until = std::chrono::hours{-24}});
    constexpr int no_libpq = std::numeric_limits<int>::max();  // it would ask the terminal
    struct line {
        const char* name;
        std::string rest;
        int since = 0;
    };
    const std::vector<line> lines{
        {"none", ""},
        {"sound", pair("sound", mine)},
        {"sound, `sslcertmode=require`", pair("require", mine) + " sslcertmode=require", libpq_16},
        {"sound, `sslcertmode=disable`", pair("disable", mine) + " sslcertmode=disable", libpq_16},
        {"none, `sslcertmode=require`", " sslcertmode=require", libpq_16},
        {"through an intermediate in its file", pair("through", issue(below, "ways_cert"))},
        {"RSA key", pair("rsa", issue(clients, "ways_cert", key_kind::rsa))},
        {"RSA-PSS key", pair("pss", issue(clients, "ways_cert", key_kind::rsa_pss))},
        {"Ed25519 key", pair("ed25519", issue(clients, "ways_cert", key_kind::ed25519))},
        {"key in DER",
         " sslcert=" + write("der.crt", mine.certificate_pem()) + " sslkey=" + write("der.key", mine.key_der())},
        {"for another role", pair("role", issue(clients, "ways_trust"))},
        {"of an unknown authority", pair("stranger", issue(strangers, "ways_cert"))},
        {"expired", pair("expired", expired)},
        {"encrypted key, right `sslpassword`", pair("right", mine, "hush") + " sslpassword=hush"},
        {"encrypted key, wrong `sslpassword`", pair("wrong", mine, "hush") + " sslpassword=loud"},
        {"encrypted key, no `sslpassword`", pair("without", mine, "hush"), no_libpq},
        {"plain key, `sslpassword` given", pair("plain", mine) + " sslpassword=hush"},
        {"key of another certificate",
         " sslcert=" + write("other.crt", mine.certificate_pem()) + " sslkey=" + write("other.key", expired.key_pem())},
        {"key that others may read", " sslcert=" + write("open.crt", mine.certificate_pem()) +
                                         " sslkey=" + write("open.key", mine.key_pem(), 0644)},
        {"`sslcert` names no file", " sslcert=" + surroundings.folder().path() + "/absent.crt"},
        {"`sslkey` names no file", " sslcert=" + write("alone.crt", mine.certificate_pem()) +
                                       " sslkey=" + surroundings.folder().path() + "/absent.key"},
    };
    table out{{"client's certificate", "`cert` in pg_hba.conf"}};
    for (const auto& [name, rest, since] : lines)
        out.add({name, compared(server.address("localhost", "ways_cert") +
                                    "sslmode=verify-full sslrootcert=" + root_file + rest,
                                difference::none, since)});
    surroundings.folder().write(".postgresql/postgresql.crt", mine.certificate_pem());
    surroundings.folder().write(".postgresql/postgresql.key", mine.key_pem());
    out.add({"in `~/.postgresql`",
             compared(server.address("localhost", "ways_cert") + "sslmode=verify-full sslrootcert=" + root_file)});
    // Only a server that has an authority for clients asks for their certificates.
    server.run("alter system set ssl_ca_file = ''");
    server.offer_tls("on");
    for (const auto* certificate_mode : {"allow", "require"})
        out.add({std::string{"sound, `sslcertmode="} + certificate_mode + "`; the server asks for none, and trusts",
                 compared(server.address("localhost", "ways_trust") + "sslmode=verify-full sslrootcert=" + root_file +
                              pair("unasked", mine) + " sslcertmode=" + certificate_mode,
                          difference::none, libpq_16)});
    expect_documented("client_certificates", out.markdown());
}

TEST_F(authentication, scram_keys_stand_in_for_the_password) {
    const auto secret = set_iterations(4096);
    const std::string wrong = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", nobody = " password=''";
    const auto ours = " scram_client_key=" + secret.client_key, theirs = " scram_server_key=" + secret.server_key;
    const std::vector<std::pair<const char*, std::string>> lines{
        {"both keys, no password", ours + theirs + nobody},
        {"both keys, wrong password", ours + theirs + " password=wrong"},
        {"client's key alone", ours + nobody},
        {"client's key and the password", ours},
        {"server's key and the password", theirs},
        {"server's key alone", theirs + nobody},
        {"wrong client's key", " scram_client_key=" + wrong + theirs},
        {"wrong server's key", ours + " scram_server_key=" + wrong},
        {"key of 16 bytes", " scram_client_key=AAAAAAAAAAAAAAAAAAAAAA==" + theirs},
        {"no base64", " scram_client_key=zebra" + theirs},
    };
    table out{{"given", "scram-sha-256"}};
    for (const auto& [name, rest] : lines)
        out.add({name, compared(over_tls({"scram-sha-256", "ways_scram"}, rest), difference::none, libpq_18)});
    expect_documented("scram_keys", out.markdown());
}

}  // namespace
}  // namespace howdah::ways
