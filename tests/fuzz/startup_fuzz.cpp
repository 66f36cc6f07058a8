// A hostile server from the first byte on: never ready without what was asked for, never a password to where it may
// not go, nothing sent after a failure. The first byte picks the options, the second how much arrives at once.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "howdah/base/bytes.hpp"
#include "howdah/wire/startup.hpp"

namespace {

using namespace howdah;
using namespace howdah::wire;

constexpr std::string_view password = "correct horse battery staple";

void require(bool holds) {
    if (!holds) std::abort();
}

template <class E>
E pick(unsigned bits, E last) {
    return static_cast<E>(bits % (static_cast<unsigned>(last) + 1));
}

startup_options options_from(std::uint8_t bits) {
    startup_options o;
    o.user = "app";
    o.tls = pick(bits & 3u, tls_request::direct);
    o.max_protocol_version = (bits & 4u) != 0 ? protocol_3_2 : protocol_3_0;
    auto& a = o.authentication;
    a.password = secret_string{password};
    a.channel_binding = pick((bits >> 3) & 3u, channel_binding_policy::require);
    a.require_auth = (bits & 32u) != 0 ? static_cast<auth_methods>(auth_method::scram_sha_256) : any_auth_method;
    a.channel = (bits & 64u) != 0 ? channel_kind::local_socket : channel_kind::open_network;
    a.scram_iteration_limit = 50;  // speed
    a.scram_nonce = "fyko+d2lbbFgONRv9qkxdawL";
    return o;
}

bool may_send_cleartext(const startup_options& o, bool encrypted) {
    return o.authentication.require_auth == any_auth_method &&
           o.authentication.channel_binding != channel_binding_policy::require &&
           (encrypted || o.authentication.channel == channel_kind::local_socket);
}

// A server that happens to say the password itself proves nothing, and is left out.
void check(const startup& s, const startup_options& o, bool encrypted) {
    const bool has_password = as_text(s.output()).find(password) != std::string_view::npos;
    require(!has_password || may_send_cleartext(o, encrypted));
    require((s.state() == startup_state::failed) == s.failure().has_value());
    require(!s.failure() || s.output().empty());
    require(!s.failure() || std::string_view{s.failure()->what()}.find(password) == std::string_view::npos);
}

void check_ready(startup& s, const startup_options& o) {
    const auto& r = s.result();
    require(o.authentication.channel_binding != channel_binding_policy::require || r.channel_bound);
    require(o.authentication.require_auth == any_auth_method || r.method == auth_method::scram_sha_256);
    require(r.parameters.size() <= startup::max_parameters && r.notices.size() <= startup::max_notices);
    require(s.consume(as_bytes("x")) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto o = options_from(data[0]);
    const std::size_t piece = data[1] == 0 ? size : data[1];
    std::string_view server{reinterpret_cast<const char*>(data) + 2, size - 2};
    if (server.find(password) != std::string_view::npos) return 0;

    startup s{o};
    std::string unread;
    bool encrypted = false;
    while (s.state() != startup_state::ready && s.state() != startup_state::failed) {
        check(s, o, encrypted);
        s.written(s.output().size());
        if (s.state() == startup_state::tls_handshake) {
            s.tls_established(bytes(32));
            encrypted = true;
            continue;
        }
        if (server.empty()) {
            s.input_ended();
            require(s.state() == startup_state::failed);
            break;
        }
        // The byte that answers SSLRequest comes alone now and then, or nothing would get behind it.
        const auto n = s.state() == startup_state::tls_reply && piece % 2 == 0 ? 1 : std::min(piece, server.size());
        unread += server.substr(0, n);
        server.remove_prefix(n);
        const auto used = s.consume(as_bytes(unread));
        require(used <= unread.size());
        unread.erase(0, used);
    }
    check(s, o, encrypted);
    if (s.state() == startup_state::ready) check_ready(s, o);
    return 0;
}
