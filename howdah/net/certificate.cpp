#include "howdah/net/certificate.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <ctime>
#include <memory>

#include "howdah/net/openssl.hpp"

namespace howdah::net {
namespace {

std::string name_text(const X509_NAME* name) {
    const bio_ptr out{made(BIO_new(BIO_s_mem()))};
    // UTF-8 stays as it is; control characters are escaped.
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::chrono::system_clock::time_point time_of(const ASN1_TIME* when) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(when, &parts) != 1) return {};
    return std::chrono::system_clock::from_time_t(timegm(&parts));
}

std::string raw(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

std::optional<bytes> digest(const X509& of, const EVP_MD* by) {
    bytes out(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    if (X509_digest(&of, by, reinterpret_cast<unsigned char*>(out.data()), &size) != 1) return std::nullopt;
    out.resize(size);
    return out;
}

std::string fingerprint_of(const X509& of) {
    std::string out;
    const auto hash = digest(of, EVP_sha256());
    for (const std::byte b : hash.value_or(bytes{})) {
        std::array<char, 4> pair{};
        std::snprintf(pair.data(), pair.size(), "%02X", std::to_integer<unsigned>(b));
        if (!out.empty()) out += ':';
        out += pair.data();
    }
    return out;
}

}  // namespace

server_names names_of(const X509& from) {
    server_names out;
    const std::unique_ptr<GENERAL_NAMES, freed_by<GENERAL_NAMES_free>> alternatives{
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&from, NID_subject_alt_name, nullptr, nullptr))};
    for (int i = 0; alternatives && i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(alternatives.get(), i);
        if (name->type == GEN_DNS) out.dns.push_back(raw(name->d.dNSName));
        if (name->type == GEN_IPADD) out.addresses.push_back(raw(name->d.iPAddress));
    }
    const X509_NAME* subject = X509_get_subject_name(&from);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at >= 0) out.common.push_back(raw(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
    return out;
}

certificate describe(const X509& from) {
    return {.subject = name_text(X509_get_subject_name(&from)),
            .issuer = name_text(X509_get_issuer_name(&from)),
            .names = shown(names_of(from)),
            .not_before = time_of(X509_get0_notBefore(&from)),
            .not_after = time_of(X509_get0_notAfter(&from)),
            .fingerprint = fingerprint_of(from)};
}

std::optional<bytes> end_point_hash(const X509& from) {
    // X509_get_signature_info fills its caches in the certificate it is given, hence the copy.
    const certificate_ptr own{made(X509_dup(const_cast<X509*>(&from)))};
    int hash = NID_undef;
    const bool known = X509_get_signature_info(own.get(), &hash, nullptr, nullptr, nullptr) == 1;
    ERR_clear_error();
    if (!known || hash == NID_undef) return std::nullopt;
    if (hash == NID_md5 || hash == NID_sha1) hash = NID_sha256;
    const EVP_MD* by = EVP_get_digestbynid(hash);
    return by == nullptr ? std::nullopt : digest(from, by);
}

std::string to_text(std::chrono::system_clock::time_point when) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    std::array<char, 32> out{};
    if (gmtime_r(&seconds, &parts) == nullptr) return "an unknown time";
    std::strftime(out.data(), out.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
    return out.data();
}

}  // namespace howdah::net
