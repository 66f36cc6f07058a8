#include "howdah/net/tls_contexts.hpp"

#include <openssl/x509.h>
#include <sys/stat.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace howdah::net {
namespace {

/// How a file is told from another, or from itself before: a change of any kind gives it another time of its inode.
struct stamp {
    bool there = false;
    ino_t number = 0;
    off_t size = 0;
    std::int64_t seconds = 0, nanoseconds = 0;
    bool operator==(const stamp&) const = default;
};

stamp stamp_of(const std::string& file) {
    struct stat s{};
    if (file.empty() || ::stat(file.c_str(), &s) != 0) return {};
#ifdef __APPLE__
    const auto& changed = s.st_ctimespec;
#else
    const auto& changed = s.st_ctim;
#endif
    return {.there = true,
            .number = s.st_ino,
            .size = s.st_size,
            .seconds = changed.tv_sec,
            .nanoseconds = changed.tv_nsec};
}

std::string from_environment(const char* variable, const char* otherwise) {
    const char* const said = std::getenv(variable);
    return said != nullptr ? said : otherwise;
}

std::vector<stamp> stamps_of(const connection_config& config) {
    std::vector<stamp> out;
    for (const auto& file : tls_context::files_of(config)) out.push_back(stamp_of(file));
    if (config.ssl_root_cert == "system") {
        out.push_back(stamp_of(from_environment(X509_get_default_cert_file_env(), X509_get_default_cert_file())));
        out.push_back(stamp_of(from_environment(X509_get_default_cert_dir_env(), X509_get_default_cert_dir())));
    }
    return out;
}

}  // namespace

struct tls_contexts::origin {
    explicit origin(const connection_config& config)
        : modes{config.ssl_mode, config.ssl_negotiation,          config.ssl_cert_mode,
                config.ssl_sni,  config.ssl_min_protocol_version, config.ssl_max_protocol_version},
          names{config.ssl_cert, config.ssl_key,     config.ssl_root_cert,
                config.ssl_crl,  config.ssl_crl_dir, config.ssl_key_log_file},
          password{config.ssl_password},
          files{stamps_of(config)} {}
    bool operator==(const origin&) const = default;

    std::tuple<ssl_mode, ssl_negotiation, ssl_cert_mode, bool, tls_version, tls_version> modes;
    std::vector<std::string> names;
    secret_string password;
    std::vector<stamp> files;
};

tls_contexts::tls_contexts() = default;
tls_contexts::~tls_contexts() = default;

std::shared_ptr<const tls_context> tls_contexts::find(const connection_config& config) {
    auto now = std::make_unique<origin>(config);  // before it is read: what changes meanwhile is noticed next time
    const std::scoped_lock lock{mutex_};
    if (last_ == nullptr || !(*now == *origin_)) {
        last_ = std::make_shared<const tls_context>(config);
        origin_ = std::move(now);
    }
    return last_;
}

}  // namespace howdah::net
