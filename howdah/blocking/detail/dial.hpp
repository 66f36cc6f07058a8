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

/// Tries hosts, addresses, kinds of TLS and a provider's passwords in turn. Throws error, which says what was tried;
/// cancelled once a `stop` is asked for. `shared`: of those of the same configuration; null: nobody's.
dialled dial(const connection_config& config, const std::shared_ptr<observer>& watcher,
             const std::stop_token& stop = {}, std::shared_ptr<core::shared_state> shared = nullptr);

/// Cancels what the server does for the connection; waits for the server to have done so, `cancel_grace` at most.
void cancel(const core::connected_to& to);

}  // namespace howdah::blocking::detail
