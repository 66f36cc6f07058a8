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

using key_pointer = std::shared_ptr<EVP_PKEY>;
using certificate_pointer = std::shared_ptr<X509>;

void check(bool worked, const char* what) {
    if (worked) return;
    std::array<char, 256> text{};
    ERR_error_string_n(ERR_get_error(), text.data(), text.size());
    fail(std::string{"making a certificate: "} + what + ": " + text.data());
}

key_pointer new_key() {
    key_pointer key{EVP_EC_gen("P-256"), EVP_PKEY_free};
    check(key != nullptr, "generating a key");
    return key;
}

void add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::shared_ptr<X509_EXTENSION> extension{X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str()),
                                                    X509_EXTENSION_free};
    check(extension != nullptr, value.c_str());
    check(X509_add_ext(certificate, extension.get(), -1) == 1, "adding an extension");
}

void set_serial_number(X509* certificate) {
    const std::shared_ptr<BIGNUM> number{BN_new(), BN_free};
    check(number && BN_rand(number.get(), 120, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1, "a serial number");
    check(BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr, "a serial number");
}

/// A certificate without extensions, not signed yet. `issuer` is null for one that signs itself.
certificate_pointer new_certificate(const std::string& common_name, EVP_PKEY* key, X509* issuer,
                                    std::chrono::hours valid_for) {
    certificate_pointer out{X509_new(), X509_free};
    check(out != nullptr, "X509_new");
    check(X509_set_version(out.get(), X509_VERSION_3) == 1, "its version");
    set_serial_number(out.get());
    // Valid since the day before: clocks differ. Or, if it shall have expired, since a day before that.
    const std::chrono::seconds end = valid_for;
    const std::chrono::seconds begin = (end.count() < 0 ? end : std::chrono::seconds{0}) - std::chrono::hours{24};
    check(X509_gmtime_adj(X509_getm_notBefore(out.get()), begin.count()) != nullptr, "its first day");
    check(X509_gmtime_adj(X509_getm_notAfter(out.get()), end.count()) != nullptr, "its last day");
    check(X509_set_pubkey(out.get(), key) == 1, "its key");
    X509_NAME* name = X509_get_subject_name(out.get());
    check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(common_name.data()),
                                     static_cast<int>(common_name.size()), -1, 0) == 1,
          "its name");
    check(X509_set_issuer_name(out.get(), X509_get_subject_name(issuer != nullptr ? issuer : out.get())) == 1,
          "its issuer");
    return out;
}

void sign(X509* certificate, EVP_PKEY* key) { check(X509_sign(certificate, key, EVP_sha256()) != 0, "signing it"); }

std::string text_of(BIO* memory) {
    char* start = nullptr;
    const long size = BIO_get_mem_data(memory, &start);
    return {start, static_cast<std::size_t>(size)};
}

std::string pem(X509* certificate) {
    const std::shared_ptr<BIO> memory{BIO_new(BIO_s_mem()), BIO_free};
    check(memory && PEM_write_bio_X509(memory.get(), certificate) == 1, "writing it");
    return text_of(memory.get());
}

std::string pem(EVP_PKEY* key) {
    const std::shared_ptr<BIO> memory{BIO_new(BIO_s_mem()), BIO_free};
    check(memory && PEM_write_bio_PrivateKey(memory.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "writing its key");
    return text_of(memory.get());
}

const char* usage_of(certificate_purpose purpose) {
    switch (purpose) {
        case certificate_purpose::server: return "serverAuth";
        case certificate_purpose::client: return "clientAuth";
    }
    return "";
}

}  // namespace

certificate_authority::certificate_authority(const std::string& common_name) { make(common_name, nullptr); }

certificate_authority::certificate_authority(const std::string& common_name, const certificate_authority& issuer) {
    make(common_name, &issuer);
    chain_ = certificate() + issuer.chain_;
}

void certificate_authority::make(const std::string& common_name, const certificate_authority* issuer) {
    constexpr std::chrono::hours ten_years{24 * 3650};
    key_ = new_key();
    X509* above = issuer != nullptr ? issuer->certificate_.get() : nullptr;
    certificate_ = new_certificate(common_name, key_.get(), above, ten_years);
    X509* self = certificate_.get();
    add_extension(self, above != nullptr ? above : self, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(self, above != nullptr ? above : self, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(self, above != nullptr ? above : self, NID_subject_key_identifier, "hash");
    if (above != nullptr) add_extension(self, above, NID_authority_key_identifier, "keyid");
    sign(self, issuer != nullptr ? issuer->key_.get() : key_.get());
}

issued_certificate certificate_authority::issue(const certificate_request& request) const {
    const auto key = new_key();
    const auto leaf = new_certificate(request.common_name, key.get(), certificate_.get(), request.valid_for);
    const auto add = [&](int id, const std::string& value) {
        add_extension(leaf.get(), certificate_.get(), id, value);
    };
    add(NID_basic_constraints, "critical,CA:FALSE");
    add(NID_key_usage, "critical,digitalSignature");
    add(NID_ext_key_usage, usage_of(request.purpose));
    add(NID_subject_key_identifier, "hash");
    add(NID_authority_key_identifier, "keyid");
    if (!request.subject_alt_names.empty()) add(NID_subject_alt_name, request.subject_alt_names);
    sign(leaf.get(), key_.get());
    return {pem(leaf.get()) + chain_, pem(key.get())};
}

std::string certificate_authority::certificate() const { return pem(certificate_.get()); }

}  // namespace howdah::testing
