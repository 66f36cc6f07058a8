#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "howdah/async/awaitable.hpp"
#include "howdah/sim/reception/listening_sockets.hpp"
#include "howdah/sim/reception/reception.hpp"
#include "howdah/sim/reception/stream.hpp"

namespace howdah::sim {

/// A client that has been let in and waits for AuthenticationOk.
struct visitor {
    introduction who;
    client_stream stream;
};

/// What becomes of a client, each in a coroutine of its own. An exception ends that client's connection only.
struct hospitality {
    std::function<awaitable<void>(visitor)> welcome;
    /// A CancelRequest came; its socket is closed when this returns. Empty: nothing is cancelled.
    std::function<awaitable<void>(cancel_key)> cancel{};
    /// Told of exceptions from `welcome` and `cancel`, and of sockets that can't be accepted. Empty: nobody is.
    std::function<void(std::string)> report{};
};

/// Brings a client from its first byte to where AuthenticationOk would be sent. nullopt: it was sent away, said nothing
/// sensible in time, or asked for `cancel`, which has been done.
awaitable<std::optional<visitor>> let_in(stream_socket socket, const reception_options& options,
                                         const hospitality& host);

/// Listens where PostgreSQL's clients come to. All of it runs on one executor, which one thread at a time runs.
class front_door {
public:
    static constexpr std::size_t most_clients = 1'000;  // at once; more are told 53300

    /// Addresses are spelled as listen_at() reads them. Throws what it throws.
    front_door(boost::asio::any_io_executor executor, const std::vector<std::string>& addresses,
               reception_options options);
    front_door(const front_door&) = delete;
    front_door& operator=(const front_door&) = delete;
    ~front_door();

    /// Where it listens: the ports are those that the system chose.
    const std::vector<listening_place>& places() const noexcept;

    /// Begins to let clients in.
    void open(hospitality host);
    /// Lets nobody in any more. Those who are in stay, and those on their way are sent away.
    void close() noexcept;

private:
    struct content;
    std::shared_ptr<content> content_;
};

}  // namespace howdah::sim
