#pragma once
// A server's side of a startup, written down: what it sends, and what it must have been sent before.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/wire/backend.hpp"
#include "howdah/wire/frontend.hpp"
#include "howdah/wire/startup.hpp"

namespace howdah::wire::script {

using namespace std::string_view_literals;
using kind = authentication::kind;

/// Four bytes, big-endian.
std::string number(std::uint32_t value);

// What a server sends.
std::string message(char tag, std::string_view body);
std::string request(kind what, std::string_view payload = {});
std::string mechanisms(const std::vector<std::string_view>& names);
std::string parameter(std::string_view name, std::string_view value);
std::string key(std::uint32_t process_id, std::string_view cancel_key = "\1\2\3\4");
std::string negotiation(std::uint32_t newest, const std::vector<std::string_view>& unknown_options = {});
std::string refusal(std::string_view sqlstate, std::string_view text, char tag = tag::error_response);
std::string ready();
/// AuthenticationOk and a short session_setup.
std::string welcome();

// What a client sends.
template <class M>
std::string sent(const M& m) {
    bytes out;
    serialize(m, out);
    return std::string{as_text(out)};
}
inline const std::string ssl = sent(ssl_request{});
/// The StartupMessage of options().
std::string hello(std::uint32_t version = protocol_3_0);
std::string answer(std::string_view body);  // PasswordMessage, SASLResponse

/// User "app", database "shop", password "pencil".
startup_options options();

/// The server's reply to what the client sent.
struct turn {
    std::string sent, reply;
};
using transcript = std::vector<turn>;

enum class pace { whole_turns, single_bytes };

/// Plays the server: checks what the client sends, replies, ends the connection after `most` bytes of replies.
/// TLS is established with `certificate_hash` when the client wants it.
void play(startup& client, const transcript& server, pace p, std::size_t most, bytes_view certificate_hash = {});

/// Plays the transcript in whole turns and gives what became of it. Plays it also in single bytes, which must come to
/// the same, and cut before each byte, which must fail.
std::unique_ptr<startup> play(const startup_options& options, const transcript& server,
                              bytes_view certificate_hash = {});

/// Plays it in whole turns only: for what single bytes change.
std::unique_ptr<startup> play_once(const startup_options& options, const transcript& server);

std::error_code code(const startup& s);
std::string_view what(const startup& s);

}  // namespace howdah::wire::script
