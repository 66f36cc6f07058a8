#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "howdah/net/socket.hpp"
#include "howdah/net/waker.hpp"
#include "howdah/sim/reception/listening_sockets.hpp"
#include "howdah/sim/reception/reception.hpp"
#include "howdah/sim/replay/replay_client.hpp"
#include "howdah/sim/replay/replayer.hpp"

namespace howdah::sim {

/// A replay that PostgreSQL's clients connect to, each served by a thread of its own.
class replay_server {
public:
    static constexpr std::size_t most_clients = 1'000;  // at once; more are told 53300

    explicit replay_server(std::shared_ptr<replayer> from, reception_options options = {});
    replay_server(const replay_server&) = delete;
    replay_server& operator=(const replay_server&) = delete;
    /// As stop().
    ~replay_server();

    /// Where it listens, as a conninfo's host and port.
    struct place {
        std::string host;
        std::uint16_t port;
    };
    /// Lets clients in from now on. Addresses are spelled as for front_door; port 0 lets the system choose.
    /// Throws error: invalid_option (no such address), host_not_found, or the system's.
    std::vector<place> listen(const std::vector<std::string>& addresses);
    /// Serves a socket that is connected already.
    void adopt(net::unique_fd socket);
    /// Ends every connection, and lets nobody in any more. Returns when all of its threads have ended.
    void stop();

    const std::shared_ptr<replayer>& from() const noexcept { return from_; }

private:
    struct served {
        std::shared_ptr<replay_client> client;
        std::thread thread;
        bool over = false;
    };

    void accept_clients();
    void serve(served& one);
    void cancel(const cancel_key& whom);
    static std::list<served> take_ended(std::list<served>& all);

    std::shared_ptr<replayer> from_;
    reception_options options_;
    std::vector<listening_socket> sockets_;
    net::waker stopping_;
    std::thread acceptor_;

    std::mutex mutex_;  // of all below
    std::list<served> clients_;
    std::uint32_t last_process_ = 0;
    bool stopped_ = false;
};

}  // namespace howdah::sim
