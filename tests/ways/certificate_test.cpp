// sslmode beside what a server offers and what state its certificate is in, on a real server, beside libpq.

#include <gtest/gtest.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "tests/ways/document.hpp"
#include "tests/ways/server.hpp"
#include "tests/ways/verdict.hpp"

namespace howdah::ways {
namespace {

using std::chrono::hours;
using testing::authority;
using testing::certificate_plan;
using testing::identity;
using testing::key_kind;

constexpr auto ssl_modes =
    std::to_array<const char*>({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"});

std::vector<std::string> columns(const char* first) {
    std::vector<std::string> out{first};
    for (const auto* mode : ssl_modes) out.push_back(std::string{"`"} + mode + '`');
    return out;
}

class certificates : public ::testing::Test {
protected:
    certificates() {
        server.run("create role anyhow login; create role encrypted login; create role bare login");
        server.write_access("local all anyhow trust\nhost all anyhow 127.0.0.1/32 trust\n"
                            "hostssl all encrypted 127.0.0.1/32 trust\n"
                            "hostnossl all bare 127.0.0.1/32 trust\n");
    }

    /// One row: every sslmode with the rest of the connection string. In those of `stricter`, libpq is laxer.
    static std::vector<std::string> row(const std::string& name, const std::string& rest,
                                        std::initializer_list<std::string_view> stricter = {}, int since = 0) {
        std::vector<std::string> out{name};
        for (const auto* mode : ssl_modes) {
            const bool differs = std::ranges::find(stricter, mode) != stricter.end();
            out.push_back(
                compared(rest + " sslmode=" + mode, differs ? difference::stricter : difference::none, since));
        }
        return out;
    }

    std::string roots(const std::string& pem) { return " sslrootcert=" + surroundings.folder().write("roots", pem); }

    clean_surroundings surroundings;
    changing_server server;
    authority root{"Root"}, same_name{"Root"}, intermediate{"Intermediate", root};
};

TEST_F(certificates, sslmode_meets_what_the_server_offers_and_allows) {
    ASSERT_TRUE(server.present(intermediate.issue({.common_name = "localhost", .alternatives = "DNS:localhost"})));
    const auto known = roots(root.certificate_pem());
    const auto to = [&](const char* user) { return server.address("localhost", user); };
    table out{columns("server")};
    out.add(row("offers TLS, allows both", to("anyhow") + known));
    out.add(row("offers TLS, allows both; no `sslrootcert`", to("anyhow")));
    out.add(row("offers TLS, `hostssl` only", to("encrypted") + known));
    out.add(row("offers TLS, `hostnossl` only", to("bare") + known));
    out.add(row("by its unix socket", server.socket_address("anyhow") + known));
    out.add(row("by its unix socket, `requirepeer` is another user",
                server.socket_address("anyhow") + known + " requirepeer=nobody_at_all"));
    server.offer_tls("off");
    out.add(row("offers no TLS, allows both", to("anyhow") + known));
    out.add(row("offers no TLS, `hostssl` only", to("encrypted") + known));
    expect_documented("servers", out.markdown());
}

struct state {
    const char* name;
    identity served;
    std::string client{};  // what its connection string has
};

TEST_F(certificates, sslmode_meets_the_state_of_the_server_s_certificate) {
    const certificate_plan good{.common_name = "localhost", .alternatives = "DNS:localhost"};
    const auto with = [&](auto change) {
        auto plan = good;
        change(plan);
        return plan;
    };
    const auto sound = intermediate.issue(good);
    auto alone = sound;
    alone.intermediates.clear();
    const auto self = testing::self_signed(good), stranger = same_name.issue(good);
    const auto revoked = intermediate.issue(good);
    const auto known = roots(root.certificate_pem());
    const auto write = [&](const char* name, const std::string& pem) { return surroundings.folder().write(name, pem); };
    const auto lists = [&](const char* name, const std::string& text) {
        return known + " sslcrl=" + write(name, text);
    };
    const auto none_revoked = root.revocations({}), leaf_revoked = intermediate.revocations({revoked.certificate});
    const auto of_intermediate = root.revocations({sound.intermediates.front()});

    const std::vector<state> states{
        {"sound, through an intermediate", sound, known},
        {"sound, signed by the root itself", root.issue(good), known},
        {"for another host's name", intermediate.issue(with([](auto& p) { p.alternatives = "DNS:other.example"; })),
         known},
        {"expired", intermediate.issue(with([](auto& p) { p.valid_from = hours{-48}, p.valid_until = hours{-24}; })),
         known},
        {"not valid yet",
         intermediate.issue(with([](auto& p) { p.valid_from = hours{24}, p.valid_until = hours{48}; })), known},
        {"from an authority of the same name and another key", stranger, known},
        {"intermediate missing", alone, known},
        {"intermediate missing, and in `sslrootcert`", alone,
         " sslrootcert=" + write("both", root.certificate_pem() + intermediate.certificate_pem())},
        {"intermediate alone in `sslrootcert`", sound, " sslrootcert=" + write("half", intermediate.certificate_pem())},
        {"self-signed, unknown", self, known},
        {"self-signed, itself in `sslrootcert`", self, " sslrootcert=" + write("self", self.certificate_pem())},
        {"a client's certificate",
         intermediate.issue(with([](auto& p) { p.role = testing::certificate_role::client; })), known},
        {"not revoked, lists of both authorities", sound,
         lists("none.crl", none_revoked + intermediate.revocations({}))},
        {"revoked", revoked, lists("leaf.crl", none_revoked + leaf_revoked)},
        {"its intermediate revoked", sound, lists("middle.crl", of_intermediate + intermediate.revocations({}))},
        {"the root's list missing", sound, lists("half.crl", intermediate.revocations({}))},
        {"`sslcrl` names no file", sound, known + " sslcrl=" + surroundings.folder().path() + "/absent.crl"},
        {"`sslrootcert` names no file", sound, " sslrootcert=" + surroundings.folder().path() + "/absent.crt"},
    };
    table out{columns("certificate")};
    for (const auto& s : states) {
        ASSERT_TRUE(server.present(s.served)) << s.name;
        out.add(row(s.name, server.address("localhost", "anyhow") + s.client));
    }
    // What can't be read is a mistake, and no reason to go on without TLS or without the list.
    out.add(row("`sslrootcert` is no certificate",
                server.address("localhost", "anyhow") + " sslrootcert=" + write("junk", "junk\n"),
                {"allow", "prefer"}));
    out.add(row("`sslcrl` is no list", server.address("localhost", "anyhow") + lists("junk.crl", "junk\n"),
                {"allow", "prefer", "require", "verify-ca", "verify-full"}));
    expect_documented("certificates", out.markdown());
}

// ~/.postgresql, and the system's roots, which SSL_CERT_FILE names.
TEST_F(certificates, files_that_nobody_names_are_found_where_libpq_finds_them) {
    const certificate_plan plan{.common_name = "localhost", .alternatives = "DNS:localhost"};
    const auto good = root.issue(plan), bad = root.issue(plan);
    const auto at_home = [&](const char* name, const std::string& pem) {
        return surroundings.folder().write(std::string{".postgresql/"} + name, pem);
    };
    const auto to = server.address("localhost", "anyhow");
    table out{columns("found")};
    ASSERT_TRUE(server.present(good));
    ASSERT_EQ(::setenv("SSL_CERT_FILE", surroundings.folder().write("system.crt", root.certificate_pem()).c_str(), 1),
              0);
    out.add(row("`sslrootcert=system`, which knows the authority", to + "sslrootcert=system", {}, libpq_16));
    ASSERT_EQ(::setenv("SSL_CERT_FILE", surroundings.folder().write("s.crt", same_name.certificate_pem()).c_str(), 1),
              0);
    out.add(row("`sslrootcert=system`, which does not", to + "sslrootcert=system", {}, libpq_16));
    ASSERT_EQ(::unsetenv("SSL_CERT_FILE"), 0);
    at_home("root.crt", root.certificate_pem());
    out.add(row("`~/.postgresql/root.crt`", to));
    at_home("root.crl", root.revocations({bad.certificate}));
    out.add(row("and `root.crl`, which does not list it", to));
    ASSERT_TRUE(server.present(bad));
    out.add(row("and `root.crl`, which lists it", to));
    expect_documented("found", out.markdown());
}

// OpenSSL finds a list in a folder by the hash of its issuer's name.
TEST_F(certificates, a_folder_of_revocation_lists_is_searched_by_the_issuer_s_hash) {
    const certificate_plan plan{.common_name = "localhost", .alternatives = "DNS:localhost"};
    const auto good = root.issue(plan), bad = root.issue(plan);
    char hash[sizeof "00000000.r0"];
    std::snprintf(hash, sizeof hash, "%08lx.r0", X509_issuer_name_hash(good.certificate.get()));
    const auto list = surroundings.folder().write(std::string{"crls/"} + hash, root.revocations({bad.certificate}));
    const auto rest = server.address("localhost", "anyhow") + roots(root.certificate_pem()) +
                      " sslmode=verify-full sslcrldir=" + surroundings.folder().path() + "/crls";
    ASSERT_TRUE(server.present(good));
    EXPECT_EQ(compared(rest), "TLS");
    ASSERT_TRUE(server.present(bad));
    EXPECT_EQ(compared(rest), "no (certificate)");
}

struct naming {
    const char* certificate;  // for people
    const char *common, *alternatives;
    std::vector<const char*> hosts;
};

TEST_F(certificates, verify_full_reads_names_as_libpq_does) {
    const std::vector<naming> namings{
        {"DNS `db.example`",
         "-",
         "DNS:db.example",
         {"db.example", "DB.Example", "db.example.", "example", "x.db.example"}},
        {"DNS `*.example`", "-", "DNS:*.example", {"db.example", "a.db.example", "example", ".example", "DB.EXAMPLE"}},
        {"DNS `d*.example`", "-", "DNS:d*.example", {"db.example", "d*.example"}},
        {"DNS `*`", "-", "DNS:*", {"localhost"}},
        {"DNS `*.*.example`", "-", "DNS:*.*.example", {"a.b.example"}},
        {"DNS `a.example`, `b.example`", "-", "DNS:a.example,DNS:b.example", {"a.example", "b.example", "c.example"}},
        {"CN `db.example`, no other name", "db.example", "", {"db.example", "other.example"}},
        {"CN `*.example`, no other name", "*.example", "", {"db.example"}},
        {"CN `db.example`, DNS `other.example`", "db.example", "DNS:other.example", {"db.example", "other.example"}},
        {"CN `db.example`, mail address", "db.example", "email:dba@example.org", {"db.example"}},
        {"CN `db.example`, IP `127.0.0.1`", "db.example", "IP:127.0.0.1", {"db.example", "127.0.0.1"}},
        {"IP `127.0.0.1`", "-", "IP:127.0.0.1", {"127.0.0.1", "127.1", "localhost", "::ffff:127.0.0.1"}},
        {"IP `127.0.0.2`", "-", "IP:127.0.0.2", {"127.0.0.1"}},
        {"IP `::1`", "-", "IP:::1", {"::1", "0:0:0:0:0:0:0:1", "127.0.0.1"}},
        {"DNS `127.0.0.1`", "-", "DNS:127.0.0.1", {"127.0.0.1"}},
        {"CN `127.0.0.1`, no other name", "127.0.0.1", "", {"127.0.0.1"}},
        {"CN `127.0.0.1`, DNS `db.example`", "127.0.0.1", "DNS:db.example", {"127.0.0.1"}},
        {"CN `127.0.0.1`, IP `127.0.0.2`", "127.0.0.1", "IP:127.0.0.2", {"127.0.0.1"}},
        {"no name at all", "", "", {"localhost"}},
    };
    const auto known = roots(root.certificate_pem());
    table out{{"certificate", "`host`", "`verify-full`"}};
    for (const auto& n : namings) {
        const auto served = root.issue({.common_name = n.common, .alternatives = n.alternatives});
        ASSERT_TRUE(server.present(served)) << n.certificate;
        for (const auto* host : n.hosts) {
            const auto verdict = compared(server.address(host, "anyhow") + known + " sslmode=verify-full");
            out.add({n.certificate, std::string{"`"} + host + '`', verdict});
        }
    }
    expect_documented("names", out.markdown());
}

}  // namespace
}  // namespace howdah::ways
