#pragma once

#include <memory>

#include "howdah/config/connection_config.hpp"
#include "howdah/core/dial_plan.hpp"
#include "howdah/core/engine.hpp"
#include "howdah/core/handshake.hpp"
#include "howdah/observe/observer.hpp"

namespace howdah::core {

/// What a driver keeps of how it came to its connection: enough to cancel, and to say where it is.
struct connected_to {
    endpoint host;
    net::address address;
    std::uint32_t process_id = 0;
    bytes cancel_key;
    std::shared_ptr<const net::tls_context> tls;  // null: the connection has no TLS
    std::chrono::milliseconds cancel_grace{};
};

connected_to where_it_is(const connection_config& config, const dial_plan::attempt& a, handshake& h,
                         const shared_secrets& shared);

/// What the engine of a connection begins with, after its handshake.
engine_options options_of(const connection_config& config, const endpoint& host, handshake& h,
                          std::shared_ptr<observer> watcher);

/// Tells the observer of an attempt's end, and of what was weak about it.
void tell_connected(observer* to, const endpoint& host, handshake& h, const phase_times& times);
void tell_failed(observer* to, const error& failure);

}  // namespace howdah::core
