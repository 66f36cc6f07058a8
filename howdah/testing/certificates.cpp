#include "howdah/testing/certificates.hpp"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>

#include "howdah/testing/failure.hpp"

namespace howdah::testing {
namespace {

constexpr std::chrono::hours ten_years{24 * 3650};

void check(bool worked, const char* what) {
    if (worked) return;
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    ERR_clear_error();
    fail(std::string{"making a certificate: "} + what + ": " + text.data());
}

/// Owns what an OpenSSL function has made.
template <class T, class Free>
std::shared_ptr<T> own(T* made, Free free, const char* what) {
    check(made != nullptr, what);
    return {made, free};
}

key_ptr new_rsa_pss_key() {
    const auto maker = own(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr), EVP_PKEY_CTX_free, "RSA-PSS");
    EVP_PKEY* key = nullptr;
    check(EVP_PKEY_keygen_init(maker.get()) == 1 && EVP_PKEY_generate(maker.get(), &key) == 1, "its key");
    return own(key, EVP_PKEY_free, "its key");
}

key_ptr new_key(key_kind kind) {
    switch (kind) {
        case key_kind::p256: return own(EVP_EC_gen("P-256"), EVP_PKEY_free, "its key");
        case key_kind::rsa: return own(EVP_RSA_gen(2048), EVP_PKEY_free, "its key");
        case key_kind::rsa_pss: return new_rsa_pss_key();
        case key_kind::ed25519: return own(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), EVP_PKEY_free, "its key");
    }
    return {};
}

// Random, so that authorities of one name, made by different processes, don't give one number twice.
void set_serial_number(X509* certificate) {
    const auto number = own(BN_new(), BN_free, "its number");
    check(BN_rand(number.get(), 120, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1, "its number");
    check(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr, "its number");
}

void add_name(X509* certificate, const char* field, const std::string& text) {
    check(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), field, MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()),
                                     -1, 0) == 1,
          "its name");
}

void set_time(ASN1_TIME* to, std::chrono::seconds from_now) {
    check(X509_gmtime_adj(to, from_now.count()) != nullptr, "its validity");
}

shared_certificate unsigned_certificate(const certificate_plan& plan, EVP_PKEY* key) {
    auto out = own(X509_new(), X509_free, "X509_new");
    check(X509_set_version(out.get(), X509_VERSION_3) == 1, "its version");
    set_serial_number(out.get());
    set_time(X509_getm_notBefore(out.get()), plan.valid_from);
    set_time(X509_getm_notAfter(out.get()), plan.valid_until);
    add_name(out.get(), "O", "Howdah Test");
    if (!plan.common_name.empty()) add_name(out.get(), "CN", plan.common_name);
    check(X509_set_pubkey(out.get(), key) == 1, "its key");
    return out;
}

void add_extension(X509* to, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    const auto extension =
        own(X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()), X509_EXTENSION_free, value.c_str());
    check(X509_add_ext(to, extension.get(), -1) == 1, "an extension");
}

void add_extensions(const certificate_plan& plan, X509* to, X509* issuer) {
    const auto add = [&](int id, const std::string& value) { add_extension(to, issuer, id, value); };
    const bool is_authority = plan.role == certificate_role::authority;
    add(NID_basic_constraints, is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add(NID_subject_key_identifier, "hash");
    if (to != issuer) add(NID_authority_key_identifier, "keyid");
    // OpenSSL 1.1 holds that a certificate which signs itself must be allowed to sign.
    if (is_authority) add(NID_key_usage, "critical,keyCertSign,cRLSign");
    else if (to != issuer) add(NID_key_usage, "critical,digitalSignature");
    if (plan.role == certificate_role::server) add(NID_ext_key_usage, "serverAuth");
    if (plan.role == certificate_role::client) add(NID_ext_key_usage, "clientAuth");
    if (!plan.alternatives.empty()) add(NID_subject_alt_name, plan.alternatives);
}

// Ed25519 signs without a digest.
void sign(X509* certificate, EVP_PKEY* by, const std::string& hash) {
    const auto* digest = EVP_PKEY_is_a(by, "ED25519") == 1 ? nullptr : EVP_get_digestbyname(hash.c_str());
    check(X509_sign(certificate, by, digest) != 0, "signing it");
}

std::shared_ptr<BIO> memory() { return own(BIO_new(BIO_s_mem()), BIO_free, "memory"); }

std::string text_of(const std::shared_ptr<BIO>& memory) {
    char* start = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &start);
    return {start, static_cast<std::size_t>(size)};
}

void revoke(X509_CRL* list, const X509* certificate, ASN1_TIME* when) {
    auto* entry = X509_REVOKED_new();
    check(entry != nullptr, "revoking it");
    check(X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(const_cast<X509*>(certificate))) == 1 &&
              X509_REVOKED_set_revocationDate(entry, when) == 1 && X509_CRL_add0_revoked(list, entry) == 1,
          "revoking it");
}

}  // namespace

std::string identity::certificate_pem() const {
    const auto out = memory();
    check(PEM_write_bio_X509(out.get(), certificate.get()) == 1, "writing it");
    for (const auto& one : intermediates) check(PEM_write_bio_X509(out.get(), one.get()) == 1, "writing it");
    return text_of(out);
}

std::string identity::key_pem(const std::string& password) const {
    const auto out = memory();
    check(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), password.empty() ? nullptr : EVP_aes_256_cbc(),
                                        password.empty() ? nullptr : password.data(), static_cast<int>(password.size()),
                                        nullptr, nullptr) == 1,
          "writing its key");
    return text_of(out);
}

std::string identity::key_der() const {
    const auto out = memory();
    check(i2d_PrivateKey_bio(out.get(), key.get()) == 1, "writing its key");
    return text_of(out);
}

identity self_signed(const certificate_plan& plan, const std::string& hash) {
    identity out{.key = new_key(plan.key)};
    out.certificate = unsigned_certificate(plan, out.key.get());
    auto* self = out.certificate.get();
    check(X509_set_issuer_name(self, X509_get_subject_name(self)) == 1, "its issuer");
    add_extensions(plan, self, self);
    sign(self, out.key.get(), hash);
    return out;
}

authority::authority(const std::string& name, key_kind key)
    : self_{self_signed(
          {.common_name = name, .role = certificate_role::authority, .key = key, .valid_until = ten_years})} {}

authority::authority(const std::string& name, const authority& issuer)
    : self_{issuer.issue({.common_name = name, .role = certificate_role::authority, .valid_until = ten_years})} {
    self_.intermediates.insert(self_.intermediates.begin(), self_.certificate);
}

identity authority::issue(const certificate_plan& plan, const std::string& hash) const {
    identity out{.key = new_key(plan.key), .intermediates = self_.intermediates};
    out.certificate = unsigned_certificate(plan, out.key.get());
    auto* issuer = self_.certificate.get();
    check(X509_set_issuer_name(out.certificate.get(), X509_get_subject_name(issuer)) == 1, "its issuer");
    add_extensions(plan, out.certificate.get(), issuer);
    sign(out.certificate.get(), self_.key.get(), hash);
    return out;
}

std::string authority::certificate_pem() const {
    return identity{.key = {}, .certificate = self_.certificate, .intermediates = {}}.certificate_pem();
}

std::string authority::revocations(const std::vector<shared_certificate>& revoked) const {
    const auto list = own(X509_CRL_new(), X509_CRL_free, "a revocation list");
    const auto now = own(X509_gmtime_adj(nullptr, -60), ASN1_TIME_free, "its time"),
               later = own(X509_gmtime_adj(nullptr, 3600), ASN1_TIME_free, "its time");
    check(X509_CRL_set_version(list.get(), X509_CRL_VERSION_2) == 1 &&
              X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(self_.certificate.get())) == 1 &&
              X509_CRL_set1_lastUpdate(list.get(), now.get()) == 1 &&
              X509_CRL_set1_nextUpdate(list.get(), later.get()) == 1,
          "a revocation list");
    for (const auto& one : revoked) revoke(list.get(), one.get(), now.get());
    check(X509_CRL_sign(list.get(), self_.key.get(), EVP_sha256()) != 0, "signing a revocation list");
    const auto out = memory();
    check(PEM_write_bio_X509_CRL(out.get(), list.get()) == 1, "writing a revocation list");
    return text_of(out);
}

}  // namespace howdah::testing
