#include "howdah/tools/digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace howdah::tools {
namespace {

using context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

context new_context() {
    context made{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    if (made == nullptr) throw std::bad_alloc{};
    return made;
}

void require(int answer) {
    if (answer != 1) throw std::runtime_error{"OpenSSL has no SHA-256"};
}

}  // namespace

struct digest::state {
    context of = new_context();
};

digest::digest() : state_{std::make_unique<state>()} {
    require(EVP_DigestInit_ex(state_->of.get(), EVP_sha256(), nullptr));
}
digest::digest(digest&&) noexcept = default;
digest& digest::operator=(digest&&) noexcept = default;
digest::~digest() = default;

void digest::add(std::string_view data) { require(EVP_DigestUpdate(state_->of.get(), data.data(), data.size())); }

std::string digest::text() const {
    const auto so_far = new_context();
    require(EVP_MD_CTX_copy_ex(so_far.get(), state_->of.get()));
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned size = 0;
    require(EVP_DigestFinal_ex(so_far.get(), sum.data(), &size));
    std::string out;
    for (unsigned i = 0; i < size; ++i)
        for (const unsigned half : {unsigned{sum.at(i)} >> 4U, unsigned{sum.at(i)} & 15U})
            out += "0123456789abcdef"[half];
    return out;
}

}  // namespace howdah::tools
