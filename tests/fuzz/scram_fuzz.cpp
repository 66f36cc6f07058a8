// A hostile server's two SCRAM messages, with a newline between them: an error or an answer, never both, and what
// base64 reads it writes the same. The first byte picks the channel binding.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "howdah/base/bytes.hpp"
#include "howdah/wire/base64.hpp"
#include "howdah/wire/scram.hpp"

namespace {

using namespace howdah;
using namespace howdah::wire;

void require(bool holds) {
    if (!holds) std::abort();
}

void exchange(scram_client& client, std::string_view server_first, std::string_view server_final) {
    std::string out;
    require(!client.client_first(out));
    out.clear();
    const auto refused = client.server_first(server_first, out);
    require(refused.has_value() == out.empty());
    if (refused) return;
    require(client.iterations() > 0 && client.iterations() <= 50);
    require(out.starts_with("c=") && out.find(",p=") != std::string::npos);
    const auto unproved = client.server_final(server_final);
    require(unproved.has_value() != client.verified());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto newline = text.find('\n');
    const auto first = text.substr(0, newline);
    const auto final = newline == std::string_view::npos ? std::string_view{} : text.substr(newline + 1);

    scram_options options;
    options.binding = static_cast<scram_binding>(data[0] % 3);
    options.certificate_hash.resize(32, std::byte{1});
    options.iteration_limit = 50;  // speed
    options.nonce = "fyko+d2lbbFgONRv9qkxdawL";
    scram_client client{secret_string{"pencil"}, options};
    exchange(client, first, final);

    if (const auto decoded = decode_base64(text)) require(encode_base64(*decoded) == text);
    return 0;
}
