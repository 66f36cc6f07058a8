#pragma once

#include <stop_token>

#include "howdah/core/connection_setup.hpp"
#include "howdah/net/socket.hpp"

namespace howdah::blocking::detail {

struct dialled {
    net::unique_fd socket;
    net::channel channel;
    core::engine_options options;
    core::connected_to to;
    bytes left_over;
};

/// Tries hosts, addresses and kinds of TLS in turn. Throws error, which says what was tried; cancelled once a `stop` is
/// asked for.
dialled dial(const connection_config& config, const std::shared_ptr<observer>& watcher,
             const std::stop_token& stop = {});

/// Cancels what the server does for the connection; waits for the server to have done so, `cancel_grace` at most.
void cancel(const core::connected_to& to);

}  // namespace howdah::blocking::detail
