#include "howdah/wire/base64.hpp"

#include <openssl/evp.h>

namespace howdah::wire {
namespace {

const unsigned char* octets(const void* p) noexcept { return static_cast<const unsigned char*>(p); }

}  // namespace

std::string encode_base64(bytes_view in) {
    std::string out((in.size() + 2) / 3 * 4 + 1, '\0');  // EVP writes a NUL behind the text
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), octets(in.data()), static_cast<int>(in.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::optional<bytes> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    if (text.empty()) return bytes{};
    bytes out(text.size() / 4 * 3);
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), octets(text.data()),
                                     static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    const auto last = text.find_last_not_of('=');
    const auto padding = last == std::string_view::npos ? text.size() : text.size() - last - 1;
    if (padding > 2 || padding > static_cast<std::size_t>(size)) return std::nullopt;
    out.resize(static_cast<std::size_t>(size) - padding);
    // EVP forgives white space and stray bits; what does not come out as it went in had some.
    if (encode_base64(out) != text) return std::nullopt;
    return out;
}

}  // namespace howdah::wire
