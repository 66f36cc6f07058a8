#include "howdah/net/certificate.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>

#include "certificates.hpp"

namespace howdah::net {
namespace {

using test::key_kind;
using namespace std::chrono_literals;

// The hash of the whole certificate's DER, computed apart from the code under test.
bytes der_hash(X509* of, const EVP_MD* by) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(of, &der);
    bytes out(static_cast<std::size_t>(EVP_MD_get_size(by)));
    EXPECT_EQ(EVP_Digest(der, static_cast<std::size_t>(size), reinterpret_cast<unsigned char*>(out.data()), nullptr, by,
                         nullptr),
              1);
    OPENSSL_free(der);
    return out;
}

bytes hash_of(const test::identity& id) { return end_point_hash(*id.certificate).value_or(bytes{}); }

TEST(end_point_hash, is_by_the_hash_of_the_signature) {
    const test::authority rsa{"RSA CA", key_kind::rsa};
    for (const char* hash : {"SHA256", "SHA384", "SHA512", "SHA224"}) {
        const auto id = rsa.issue({.common_name = "db.example"}, hash);
        EXPECT_EQ(hash_of(id), der_hash(id.certificate.get(), EVP_get_digestbyname(hash))) << hash;
    }
    const auto ec = test::authority{"EC CA"}.issue({.common_name = "db.example"}, "SHA384");
    EXPECT_EQ(hash_of(ec), der_hash(ec.certificate.get(), EVP_sha384()));
}

TEST(end_point_hash, is_sha_256_where_the_signatures_is_md5_or_sha_1) {
    const test::authority rsa{"RSA CA", key_kind::rsa};
    for (const char* hash : {"MD5", "SHA1"}) {
        const auto id = rsa.issue({.common_name = "db.example"}, hash);
        EXPECT_EQ(hash_of(id), der_hash(id.certificate.get(), EVP_sha256())) << hash;
    }
}

TEST(end_point_hash, of_rsa_pss_is_by_its_parameters_hash) {
    const test::authority pss{"PSS CA", key_kind::rsa_pss};
    const auto id = pss.issue({.common_name = "db.example"}, "SHA512");
    EXPECT_EQ(hash_of(id), der_hash(id.certificate.get(), EVP_sha512()));
}

TEST(end_point_hash, of_ed25519_there_is_none) {
    const test::authority ed{"Ed25519 CA", key_kind::ed25519};
    EXPECT_FALSE(end_point_hash(*ed.issue({.common_name = "db.example"}).certificate));
}

TEST(certificate, is_described_for_people) {
    const test::authority root{"Howdah Root"};
    const auto id = root.issue({.common_name = "Zoë, \"DB\"",
                                .alternatives = "DNS:db.example,IP:192.0.2.7",
                                .valid_from = -1h,
                                .valid_until = 24h});
    const auto c = describe(*id.certificate);
    EXPECT_EQ(c.subject, "CN=Zoë\\, \\\"DB\\\",O=Howdah Test");
    EXPECT_EQ(c.issuer, "CN=Howdah Root,O=Howdah Test");
    EXPECT_EQ(c.names, (std::vector<std::string>{"db.example", "192.0.2.7"}));
    EXPECT_EQ(c.not_after - c.not_before, 25h);
    EXPECT_EQ(c.fingerprint.size(), 32U * 3 - 1);
    EXPECT_EQ(c.fingerprint.find_first_not_of("0123456789ABCDEF:"), std::string::npos);
}

TEST(certificate, shows_its_times_in_utc) {
    EXPECT_EQ(to_text(std::chrono::system_clock::time_point{1'000'000'000s}), "2001-09-09 01:46:40 UTC");
}

}  // namespace
}  // namespace howdah::net
