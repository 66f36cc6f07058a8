// Every message of a server against any bytes: the first byte picks the message, the rest is its body. What parses must
// not parse with its last byte cut off, or with one more behind it, and nothing is made of bytes that are not there.

#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <type_traits>
#include <vector>

#include "howdah/wire/backend.hpp"

namespace {

using namespace howdah;
using namespace howdah::wire;

void require(bool holds) {
    if (!holds) std::abort();
}

std::size_t elements(const row_description& m) { return m.fields.size(); }
std::size_t elements(const parameter_description& m) { return m.types.size(); }
std::size_t elements(const copy_response& m) { return m.columns.size(); }
std::size_t elements(const negotiate_protocol_version& m) { return m.unknown_options.size(); }
std::size_t elements(const std::vector<std::string_view>& names) { return names.size(); }
template <class M>
std::size_t elements(const M&) {
    return 0;
}

// These end where their frame does.
template <class M>
constexpr bool takes_the_rest = std::is_same_v<M, authentication> || std::is_same_v<M, backend_key_data>;

template <class M>
void run(bytes_view body) {
    M whole{};
    const auto failed = parse(body, whole);
    require(elements(whole) <= body.size() + 1);
    if (failed || takes_the_rest<M>) return;
    M shorter{}, longer{};
    require(body.empty() || static_cast<bool>(parse(body.first(body.size() - 1), shorter)));
    bytes more(body.begin(), body.end());
    more.push_back({});
    require(static_cast<bool>(parse(more, longer)));
}

using runner = void (*)(bytes_view);
constexpr runner runners[] = {
    run<authentication>,   run<std::vector<std::string_view>>, run<backend_key_data>, run<parameter_status>,
    run<ready_for_query>,  run<negotiate_protocol_version>,    run<server_message>,   run<notification>,
    run<command_complete>, run<parameter_description>,         run<row_description>,  run<copy_response>,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    runners[data[0] % std::size(runners)]({reinterpret_cast<const std::byte*>(data) + 1, size - 1});
    return 0;
}
