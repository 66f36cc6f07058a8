#pragma once

#include <functional>
#include <string_view>

#include "howdah/config/connection_config.hpp"
#include "howdah/net/socket.hpp"

namespace howdah::net {

/// Gives a connected stream socket whose other end speaks PostgreSQL's protocol: a replayer, a recorder in process.
using transport_factory = std::function<unique_fd(const connection_config& config)>;

/// Connection strings that begin with `scheme:` reach their server through `open`. Replaces an earlier one.
void register_transport(std::string_view scheme, transport_factory open);

/// True for "postgresql": sockets that the drivers open by themselves.
bool is_plain_transport(const connection_config& config) noexcept;

/// Opens the configuration's transport. Throws error unsupported_option if nobody has registered its scheme.
unique_fd open_transport(const connection_config& config);

}  // namespace howdah::net
