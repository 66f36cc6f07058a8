#include "howdah/net/tls_context.hpp"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/config/home_folder.hpp"
#include "howdah/net/certificate_check.hpp"
#include "howdah/net/openssl.hpp"

namespace howdah::net {
namespace {

error tls_error(errc code, std::string words) { return error{code, std::move(words)}.at(phase::tls); }
error unusable(std::string words) { return tls_error(errc::invalid_option, std::move(words)); }

std::string openssl_says() { return openssl_reason(take_openssl_error()); }

// `given`, or else libpq's default file; empty if there is no home.
std::string file_or_default(const std::string& given, const char* name) {
    if (!given.empty()) return given;
    const auto home = config::home_folder();
    return home ? *home + "/.postgresql/" + name : std::string{};
}

struct file_status {
    int missing = 0;  // errno of the look-up; zero: the file is there
    struct stat status{};
};

file_status status_of(const std::string& file) {
    file_status out;
    if (file.empty()) out.missing = ENOENT;
    else if (stat(file.c_str(), &out.status) != 0) out.missing = errno;
    return out;
}

bool is_absent(const file_status& file) noexcept { return file.missing == ENOENT || file.missing == ENOTDIR; }
std::string words_for(int system_error) { return std::generic_category().message(system_error); }

int openssl_version(tls_version v, int if_unset) {
    switch (v) {
        case tls_version::unset: return if_unset;
        case tls_version::tls1_2: return TLS1_2_VERSION;
        case tls_version::tls1_3: return TLS1_3_VERSION;
    }
    return if_unset;
}

void set_versions(SSL_CTX* context, const connection_config& config) {
    const int lowest = openssl_version(config.ssl_min_protocol_version, TLS1_2_VERSION);
    const int highest = openssl_version(config.ssl_max_protocol_version, 0);
    if (highest != 0 && highest < lowest)
        throw unusable("ssl_max_protocol_version is below ssl_min_protocol_version (TLSv1.2 if it is not set)");
    if (SSL_CTX_set_min_proto_version(context, lowest) != 1 || SSL_CTX_set_max_proto_version(context, highest) != 1)
        throw unusable("ssl_min_protocol_version and ssl_max_protocol_version can't be set: " + openssl_says());
}

void set_protocol(SSL_CTX* context) {
    std::string list{static_cast<char>(alpn_name.size())};
    list += alpn_name;
    // The one function of OpenSSL that answers 0 for success.
    if (SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(list.data()),
                                static_cast<unsigned>(list.size())) != 0)
        throw unusable("ALPN can't be set: " + openssl_says());
}

void load_revocations(SSL_CTX* context, const connection_config& config) {
    const bool is_default = config.ssl_crl.empty() && config.ssl_crl_dir.empty();
    std::string file = is_default ? file_or_default({}, "root.crl") : config.ssl_crl;
    // "Certificates listed in this file, if it exists, will be rejected": absent is no error, unreadable is.
    if (const auto found = status_of(file); is_absent(found) || (found.missing && is_default)) file.clear();
    if (file.empty() && config.ssl_crl_dir.empty()) return;
    const char* folder = config.ssl_crl_dir.empty() ? nullptr : config.ssl_crl_dir.c_str();
    X509_STORE* store = SSL_CTX_get_cert_store(context);
    if (X509_STORE_load_locations(store, file.empty() ? nullptr : file.c_str(), folder) != 1)
        throw unusable("sslcrl: the revocation list \"" + file + "\" can't be read: " + openssl_says());
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
}

void load_system_roots(SSL_CTX* context, const connection_config& config) {
    if (config.ssl_mode != ssl_mode::verify_full)
        throw unusable(
            "sslrootcert=system needs sslmode=verify-full: with roots that sign for everybody, a certificate "
            "whose name is not checked proves nothing");
    if (SSL_CTX_set_default_verify_paths(context) != 1)
        throw unusable("sslrootcert=system: the system's root certificates can't be found: " + openssl_says());
    // libpq ignores sslcrl here; a list that somebody names is meant.
    if (!config.ssl_crl.empty() || !config.ssl_crl_dir.empty()) load_revocations(context, config);
}

// Answers with what the roots come from, or with nothing: the chain is not verified.
std::string load_roots(SSL_CTX* context, const connection_config& config) {
    if (config.ssl_root_cert == "system") {
        load_system_roots(context, config);
        return config.ssl_root_cert;
    }
    std::string file = file_or_default(config.ssl_root_cert, "root.crt");
    if (const auto found = status_of(file); found.missing) {
        if (config.ssl_mode != ssl_mode::verify_ca && config.ssl_mode != ssl_mode::verify_full) return {};
        const std::string missing = file.empty()
                                        ? "no sslrootcert is given, and there is no home folder to look in"
                                        : "root certificate file \"" + file + "\": " + words_for(found.missing);
        throw unusable(missing + "; set sslrootcert to the certificate of the authority that signed the server's, use "
                                 "sslrootcert=system with sslmode=verify-full for the system's roots, or a weaker "
                                 "sslmode to connect without knowing who answers");
    }
    if (SSL_CTX_load_verify_locations(context, file.c_str(), nullptr) != 1)
        throw unusable("root certificate file \"" + file + "\" can't be read: " + openssl_says());
    load_revocations(context, config);
    return file;
}

// libpq's rule: 0600 or less, or 0640 or less if root owns it.
void check_key_file(const std::string& file) {
    const auto [missing, status] = status_of(file);
    if (missing == ENOENT)
        throw unusable("there is a client certificate, but no private key file \"" + file + "\"; set sslkey");
    if (missing) throw unusable("private key file \"" + file + "\": " + words_for(missing));
    if (!S_ISREG(status.st_mode)) throw unusable("private key file \"" + file + "\" is not a regular file");
    const mode_t forbidden = status.st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
    if (status.st_mode & forbidden)
        throw tls_error(errc::insecure_file, "private key file \"" + file +
                                                 "\" is open to others: it must be 0600 or "
                                                 "less, or 0640 or less if root owns it; run: chmod 0600 " +
                                                 file);
}

// Answers OpenSSL's question for a key's password; without this it would ask the terminal.
struct key_password {
    const secret_string& text;
    bool asked = false;

    static int answer(char* into, int size, int /*writing*/, void* self) noexcept {
        auto& password = *static_cast<key_password*>(self);
        password.asked = true;
        const auto text = password.text.reveal();
        if (text.empty() || text.size() > static_cast<std::size_t>(size)) return -1;
        std::memcpy(into, text.data(), text.size());
        return static_cast<int>(text.size());
    }
};

void load_key(SSL_CTX* context, const std::string& file, const secret_string& password_text) {
    check_key_file(file);
    key_password password{.text = password_text};
    SSL_CTX_set_default_passwd_cb(context, key_password::answer);
    SSL_CTX_set_default_passwd_cb_userdata(context, &password);
    const bool is_pem = SSL_CTX_use_PrivateKey_file(context, file.c_str(), SSL_FILETYPE_PEM) == 1;
    const auto reason = take_openssl_error();
    const bool loaded = is_pem || SSL_CTX_use_PrivateKey_file(context, file.c_str(), SSL_FILETYPE_ASN1) == 1;
    ERR_clear_error();
    SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
    SSL_CTX_set_default_passwd_cb(context, nullptr);
    if (!loaded && password.asked)
        throw unusable("private key file \"" + file + "\" is encrypted, and " +
                       (password_text.empty() ? "no sslpassword is given" : "sslpassword does not open it"));
    // A key is compared with the certificate as it is loaded.
    if (!loaded && ERR_GET_LIB(reason) == ERR_LIB_X509)
        throw unusable("private key file \"" + file +
                       "\" does not belong to the client certificate: " + openssl_reason(reason));
    if (!loaded) throw unusable("private key file \"" + file + "\" can't be read: " + openssl_reason(reason));
    if (SSL_CTX_check_private_key(context) != 1)
        throw unusable("private key file \"" + file +
                       "\" does not belong to the client certificate: " + openssl_says());
}

void load_client_certificate(SSL_CTX* context, const connection_config& config) {
    if (config.ssl_cert_mode == ssl_cert_mode::disable) return;
    const std::string file = file_or_default(config.ssl_cert, "postgresql.crt");
    if (const auto found = status_of(file); found.missing) {
        if (!is_absent(found)) throw unusable("client certificate file \"" + file + "\": " + words_for(found.missing));
        // Absent is no error: the server may do without.
        if (config.ssl_cert_mode == ssl_cert_mode::require)
            throw unusable("sslcertmode=require, but there is no client certificate file \"" + file +
                           "\"; set sslcert");
        return;
    }
    if (SSL_CTX_use_certificate_chain_file(context, file.c_str()) != 1)
        throw unusable("client certificate file \"" + file + "\" can't be read: " + openssl_says());
    load_key(context, file_or_default(config.ssl_key, "postgresql.key"), config.ssl_password);
}

unique_fd open_key_log(const std::string& file) {
    if (file.empty()) return {};
    unique_fd out{::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)};
    if (!out) throw unusable("sslkeylogfile: \"" + file + "\" can't be written: " + words_for(errno));
    return out;
}

// One write a line, so that connections of several threads don't mix theirs. A disk that is full ends the log, not the
// connection.
void log_key(const SSL* ssl, const char* line) {
    const auto& log = *static_cast<unique_fd*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    std::string text{line};
    text += '\n';
    [[maybe_unused]] const auto written = ::write(log.get(), text.data(), text.size());
    wipe(text.data(), text.size());
}

ssl_context_ptr new_context(const connection_config& config) {
    ERR_clear_error();
    ssl_context_ptr out{made(SSL_CTX_new(TLS_client_method()))};
    set_versions(out.get(), config);
    set_protocol(out.get());
    // A renegotiation would make a write wait for a read. TLS 1.3 has none, and no PostgreSQL asks for one.
    SSL_CTX_set_options(out.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_session_cache_mode(out.get(), SSL_SESS_CACHE_OFF);
    return out;
}

}  // namespace

tls_context::tls_context(const connection_config& config)
    : context_{nullptr},
      mode_{config.ssl_mode},
      negotiation_{config.ssl_negotiation},
      certificate_mode_{config.ssl_cert_mode},
      server_name_{config.ssl_sni},
      key_log_{open_key_log(config.ssl_key_log_file)} {
    auto context = new_context(config);
    roots_ = load_roots(context.get(), config);
    load_client_certificate(context.get(), config);
    SSL_CTX_set_verify(context.get(), verifies_chain() ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_cert_verify_callback(context.get(), certificate_check::run, nullptr);
    if (key_log_) {
        SSL_CTX_set_app_data(context.get(), &key_log_);
        SSL_CTX_set_keylog_callback(context.get(), log_key);
    }
    context_ = context.release();
}

std::vector<std::string> tls_context::files_of(const connection_config& config) {
    const bool default_list = config.ssl_crl.empty() && config.ssl_crl_dir.empty();
    return {config.ssl_root_cert == "system" ? std::string{} : file_or_default(config.ssl_root_cert, "root.crt"),
            default_list ? file_or_default({}, "root.crl") : config.ssl_crl, config.ssl_crl_dir,
            file_or_default(config.ssl_cert, "postgresql.crt"), file_or_default(config.ssl_key, "postgresql.key")};
}

tls_context::~tls_context() { SSL_CTX_free(context_); }

}  // namespace howdah::net
