#include "authority.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace howdah::net::test {
namespace {

namespace fs = std::filesystem;

void must(int result) {
    if (result != 1) throw std::runtime_error{"OpenSSL: " + openssl_reason(take_openssl_error())};
}

key_ptr new_key(key_kind kind) {
    EVP_PKEY* key = nullptr;
    switch (kind) {
        case key_kind::p256: key = EVP_EC_gen("P-256"); break;
        case key_kind::rsa: key = EVP_RSA_gen(2048); break;
        case key_kind::rsa_pss: {
            const std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>> maker{
                made(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr))};
            must(EVP_PKEY_keygen_init(maker.get()));
            must(EVP_PKEY_generate(maker.get(), &key));
            break;
        }
        case key_kind::ed25519: key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); break;
    }
    return {made(key), EVP_PKEY_free};
}

void add_extension(X509* to, X509* issuer, int nid, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
    X509_EXTENSION* extension = made(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
    must(X509_add_ext(to, extension, -1));
    X509_EXTENSION_free(extension);
}

// The digest to sign with: Ed25519 takes none.
const EVP_MD* digest_for(EVP_PKEY* key, const std::string& hash) {
    return EVP_PKEY_is_a(key, "ED25519") ? nullptr : made(EVP_get_digestbyname(hash.c_str()));
}

shared_certificate unsigned_certificate(const certificate_plan& plan, EVP_PKEY* key) {
    static std::atomic<long> serial{1};
    shared_certificate out{made(X509_new()), X509_free};
    must(X509_set_version(out.get(), X509_VERSION_3));
    must(ASN1_INTEGER_set(X509_get_serialNumber(out.get()), serial++));
    const auto seconds = [](std::chrono::hours h) { return static_cast<long>(std::chrono::seconds{h}.count()); };
    made(X509_gmtime_adj(X509_getm_notBefore(out.get()), seconds(plan.valid_from)));
    made(X509_gmtime_adj(X509_getm_notAfter(out.get()), seconds(plan.valid_until)));
    X509_NAME* name = X509_get_subject_name(out.get());
    const auto add = [&](const char* field, const std::string& text) {
        must(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(text.data()),
                                        static_cast<int>(text.size()), -1, 0));
    };
    add("O", "Howdah Test");
    if (plan.has_name) add("CN", plan.common_name);
    must(X509_set_pubkey(out.get(), key));
    return out;
}

void add_extensions(const certificate_plan& plan, X509* to, X509* issuer) {
    const bool is_authority = plan.role == role::authority;
    add_extension(to, issuer, NID_basic_constraints, is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(to, issuer, NID_subject_key_identifier, "hash");
    if (is_authority) add_extension(to, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    if (plan.role == role::server) add_extension(to, issuer, NID_ext_key_usage, "serverAuth");
    if (plan.role == role::client) add_extension(to, issuer, NID_ext_key_usage, "clientAuth");
    if (!plan.alternatives.empty()) add_extension(to, issuer, NID_subject_alt_name, plan.alternatives);
}

std::string pem_text(const bio_ptr& bio) {
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

bio_ptr memory() { return bio_ptr{made(BIO_new(BIO_s_mem()))}; }

}  // namespace

std::string identity::certificate_pem() const {
    const auto out = memory();
    must(PEM_write_bio_X509(out.get(), certificate.get()));
    for (const auto& one : intermediates) must(PEM_write_bio_X509(out.get(), one.get()));
    return pem_text(out);
}

std::string identity::key_pem(const std::string& password) const {
    const auto out = memory();
    must(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), password.empty() ? nullptr : EVP_aes_256_cbc(),
                                       password.empty() ? nullptr : password.data(), static_cast<int>(password.size()),
                                       nullptr, nullptr));
    return pem_text(out);
}

std::string identity::key_der() const {
    const auto out = memory();
    must(i2d_PrivateKey_bio(out.get(), key.get()));
    return pem_text(out);
}

identity self_signed(const certificate_plan& plan, const std::string& hash) {
    identity out{.key = new_key(plan.key)};
    out.certificate = unsigned_certificate(plan, out.key.get());
    must(X509_set_issuer_name(out.certificate.get(), X509_get_subject_name(out.certificate.get())));
    add_extensions(plan, out.certificate.get(), out.certificate.get());
    if (X509_sign(out.certificate.get(), out.key.get(), digest_for(out.key.get(), hash)) == 0) must(0);
    return out;
}

authority::authority(const std::string& name, key_kind key)
    : self_{self_signed({.common_name = name, .role = role::authority, .key = key})} {}

authority::authority(const std::string& name, const authority& issuer)
    : self_{issuer.issue({.common_name = name, .role = role::authority})} {
    self_.intermediates.insert(self_.intermediates.begin(), self_.certificate);
}

identity authority::issue(const certificate_plan& plan, const std::string& hash) const {
    identity out{.key = new_key(plan.key), .intermediates = self_.intermediates};
    out.certificate = unsigned_certificate(plan, out.key.get());
    must(X509_set_issuer_name(out.certificate.get(), X509_get_subject_name(self_.certificate.get())));
    add_extensions(plan, out.certificate.get(), self_.certificate.get());
    if (X509_sign(out.certificate.get(), self_.key.get(), digest_for(self_.key.get(), hash)) == 0) must(0);
    return out;
}

std::string authority::certificate_pem() const {
    const auto out = memory();
    must(PEM_write_bio_X509(out.get(), self_.certificate.get()));
    return pem_text(out);
}

std::string authority::revocations(const std::vector<shared_certificate>& revoked) const {
    const std::unique_ptr<X509_CRL, freed_by<X509_CRL_free>> list{made(X509_CRL_new())};
    const std::unique_ptr<ASN1_TIME, freed_by<ASN1_TIME_free>> now{made(X509_gmtime_adj(nullptr, -60))},
        later{made(X509_gmtime_adj(nullptr, 3600))};
    must(X509_CRL_set_version(list.get(), X509_CRL_VERSION_2));
    must(X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(self_.certificate.get())));
    must(X509_CRL_set1_lastUpdate(list.get(), now.get()));
    must(X509_CRL_set1_nextUpdate(list.get(), later.get()));
    for (const auto& one : revoked) {
        X509_REVOKED* entry = made(X509_REVOKED_new());
        must(X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(one.get())));
        must(X509_REVOKED_set_revocationDate(entry, now.get()));
        must(X509_CRL_add0_revoked(list.get(), entry));
    }
    if (X509_CRL_sign(list.get(), self_.key.get(), EVP_sha256()) == 0) must(0);
    const auto out = memory();
    must(PEM_write_bio_X509_CRL(out.get(), list.get()));
    return pem_text(out);
}

temporary_folder::temporary_folder() : path_{(fs::temp_directory_path() / "howdah-net-XXXXXX").string()} {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error{"mkdtemp " + path_};
}

temporary_folder::~temporary_folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::string temporary_folder::write(const std::string& name, const std::string& content, unsigned mode) const {
    const fs::path file = fs::path{path_} / name;
    fs::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << content;
    if (chmod(file.c_str(), mode) != 0) throw std::runtime_error{"chmod " + file.string()};
    return file.string();
}

home_is::home_is(const std::string& folder) {
    if (const char* home = std::getenv("HOME")) before_ = home;
    setenv("HOME", folder.c_str(), 1);
}

home_is::~home_is() { setenv("HOME", before_.c_str(), 1); }

}  // namespace howdah::net::test
