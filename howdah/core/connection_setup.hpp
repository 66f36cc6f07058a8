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
    std::shared_ptr<shared_state> shared;  // for those that are made as this one was
};

connected_to where_it_is(const connection_config& config, const dial_plan::attempt& a, handshake& h,
                         const shared_secrets& shared);

/// What the engine of a connection begins with, after its handshake.
engine_options options_of(const connection_config& config, const endpoint& host, handshake& h,
                          const shared_secrets& shared, std::shared_ptr<observer> watcher);

/// When an attempt that begins now has to be done.
clock::time_point connect_deadline(const connection_config& config);

/// The words for a socket that failed, or did not answer in time, during startup.
error startup_failure(std::error_code why, phase where);

/// Adds the time since it was made to a phase.
class stopwatch {
public:
    stopwatch(phase_times& times, phase p) : times_{times}, phase_{p} {}
    ~stopwatch() {
        times_[static_cast<std::size_t>(phase_)] +=
            std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - start_);
    }
    stopwatch(const stopwatch&) = delete;
    stopwatch& operator=(const stopwatch&) = delete;

private:
    phase_times& times_;
    phase phase_;
    clock::time_point start_ = clock::now();
};

/// Tells the observer of an attempt's end, and of what was weak about it.
void tell_connected(observer* to, const endpoint& host, handshake& h, const dial_plan& plan);
void tell_failed(observer* to, const error& failure);
/// Of certificates that end within 14 days, or have ended.
void tell_expiries(observer* to, std::string_view host, const net::tls_info& tls,
                   std::chrono::system_clock::time_point now);

}  // namespace howdah::core
