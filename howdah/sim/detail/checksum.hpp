#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace howdah::sim {

/// SHA-256 of what comes bit by bit. Throws error (unsupported_option) where OpenSSL refuses.
class running_checksum {
public:
    running_checksum();
    void add(std::string_view text);
    /// In hexadecimal digits. The last call.
    std::string finish();

private:
    struct freed {
        void operator()(EVP_MD_CTX* context) const noexcept { ::EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, freed> context_;
};

}  // namespace howdah::sim
