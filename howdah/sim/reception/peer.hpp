#pragma once

#include "howdah/wire/startup_authentication.hpp"

namespace howdah::sim {

/// local_socket for unix sockets and for this machine's own interface, whose listeners own the machine.
wire::channel_kind kind_of_peer(int socket) noexcept;

}  // namespace howdah::sim
