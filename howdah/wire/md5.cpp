#include "howdah/wire/md5.hpp"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <string>

namespace howdah::wire {
namespace {

constexpr std::size_t digest_size = 16;

struct free_context {
    void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

// The hex digits of md5(first, second), as PostgreSQL writes them.
std::optional<secret_string> md5_hex(std::string_view first, std::string_view second) {
    const std::unique_ptr<EVP_MD_CTX, free_context> context{EVP_MD_CTX_new()};
    std::array<unsigned char, digest_size> digest{};
    const bool done = context != nullptr && EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr) == 1 &&
                      EVP_DigestUpdate(context.get(), first.data(), first.size()) == 1 &&
                      EVP_DigestUpdate(context.get(), second.data(), second.size()) == 1 &&
                      EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
    if (!done) return std::nullopt;
    std::array<char, 2 * digest_size> text{};
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t i = 0; i < digest.size(); ++i) {
        text[2 * i] = digits[digest[i] >> 4];
        text[2 * i + 1] = digits[digest[i] & 15];
    }
    secret_string out{{text.data(), text.size()}};
    wipe(digest.data(), digest.size());
    wipe(text.data(), text.size());
    return out;
}

constexpr std::string_view prefix = "md5";

std::optional<secret_string> with_prefix(const std::optional<secret_string>& digits) {
    if (!digits) return std::nullopt;
    std::string text{prefix};
    text.append(digits->reveal());
    secret_string out{text};
    wipe(text.data(), text.size());
    return out;
}

}  // namespace

std::optional<secret_string> md5_stored(std::string_view user, const secret_string& password) {
    return with_prefix(md5_hex(password.reveal(), user));
}

std::optional<secret_string> md5_answer(const secret_string& stored, bytes_view salt) {
    return with_prefix(md5_hex(stored.reveal().substr(prefix.size()), as_text(salt)));
}

std::optional<secret_string> md5_response(std::string_view user, const secret_string& password, bytes_view salt) {
    // What the server stores; whoever has it can log in, so it is as secret as the password.
    const auto stored = md5_stored(user, password);
    return stored ? md5_answer(*stored, salt) : std::nullopt;
}

}  // namespace howdah::wire
