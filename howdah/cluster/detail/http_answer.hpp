#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "howdah/config/connection_config.hpp"

namespace howdah::clustering {

/// More than this is no answer.
inline constexpr std::size_t largest_http_answer = std::size_t{1} << 20;

/// A GET of HTTP/1.0, whose answer ends with the connection, or where its header says: it is never in chunks.
std::string http_request(const endpoint& to, std::string_view path);

/// All of an answer has come, as far as its header tells.
bool is_whole_http_answer(std::string_view so_far) noexcept;

/// What was answered, of all that came. Throws errc::protocol_violation for what is no HTTP, ends too early or is none of
/// the status 200, with the beginning of what it says.
std::string_view http_body(std::string_view answer);

}  // namespace howdah::clustering
