#pragma once

#include <boost/asio/generic/stream_protocol.hpp>

#include "howdah/async/awaitable.hpp"
#include "howdah/core/connection_setup.hpp"

namespace howdah::async {

using stream_socket = boost::asio::generic::stream_protocol::socket;

struct dialled {
    stream_socket socket;
    net::channel channel;
    core::engine_options options;
    core::connected_to to;
    bytes left_over;
};

/// Tries hosts, addresses, kinds of TLS and a provider's passwords in turn. Throws error, which says what was tried.
/// `shared`: of those of the same configuration; null: nobody's.
awaitable<dialled> dial(std::shared_ptr<const connection_config> config, std::shared_ptr<observer> watcher,
                        std::shared_ptr<core::shared_state> shared = nullptr);

/// Cancels what the server does for the connection; waits for the server to have done so, `cancel_grace` at most.
awaitable<void> cancel(core::connected_to to);

}  // namespace howdah::async
