#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "howdah/config/connection_config.hpp"
#include "howdah/net/deadline.hpp"

namespace howdah::clustering {

/// What a server without TLS answers to a GET with the status 200. `authorization`: that header, if not empty. Blocks its thread until the deadline at most, or until it
/// is asked to stop.
/// Errors: host_not_found, the system's, timed_out, cancelled; message_too_large for more than largest_http_answer;
/// protocol_violation for what is no such answer. Each names the server.
std::string http_get(const endpoint& from, std::string_view path, net::time_point deadline, const std::stop_token& stop,
                     std::string_view authorization = {});

}  // namespace howdah::clustering
