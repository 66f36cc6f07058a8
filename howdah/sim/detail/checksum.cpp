#include "howdah/sim/detail/checksum.hpp"

#include "howdah/base/digest.hpp"
#include "howdah/base/error.hpp"

namespace howdah::sim {
namespace {

void require(int done) {
    if (done != 1) throw error{error{errc::unsupported_option, "OpenSSL has no SHA-256"}};
}

}  // namespace

running_checksum::running_checksum() : context_{::EVP_MD_CTX_new()} {
    require(context_ != nullptr && ::EVP_DigestInit_ex(context_.get(), ::EVP_sha256(), nullptr) == 1 ? 1 : 0);
}

void running_checksum::add(std::string_view text) {
    require(::EVP_DigestUpdate(context_.get(), text.data(), text.size()));
}

std::string running_checksum::finish() {
    digest out;
    require(::EVP_DigestFinal_ex(context_.get(), out.octets.data(), nullptr));
    return out.hexadecimal();
}

}  // namespace howdah::sim
