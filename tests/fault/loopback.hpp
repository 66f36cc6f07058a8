#pragma once
// Why here: the proxy and the hostile server both listen on the loopback interface, each with a thread of its own.

#include <cstdint>

#include "howdah/base/bytes.hpp"
#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/polling.hpp"

namespace howdah::test {

/// A socket that listens on 127.0.0.1, on a port of the system's choice. Throws std::system_error.
class listener {
public:
    listener();
    std::uint16_t port() const;
    int number() const noexcept { return socket_.number(); }
    /// The next client; empty if it has gone already.
    testing::descriptor accept() const;

private:
    testing::descriptor socket_;
};

/// Wakes up a thread that waits in poll().
class alarm_bell {
public:
    alarm_bell();
    void ring() const;
    void quiet() const;
    int number() const noexcept { return event_.number(); }

private:
    testing::descriptor event_;
};

/// A connection to 127.0.0.1:`port`. Throws std::system_error.
testing::descriptor connect_to(std::uint16_t port);
/// False: the other end is gone, or did not read before `limit`.
bool send_all(const testing::descriptor& to, bytes_view out, testing::deadline limit);
/// Closing it will send a RST, and drop what was not delivered yet.
void reset_when_closed(const testing::descriptor& socket);
/// For poll(): what is left until `limit`.
int milliseconds_until(testing::deadline limit);

}  // namespace howdah::test
