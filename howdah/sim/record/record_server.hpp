#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "howdah/net/socket.hpp"
#include "howdah/sim/reception/listening_sockets.hpp"
#include "howdah/sim/reception/reception.hpp"
#include "howdah/sim/record/recorder.hpp"

namespace howdah::sim {

struct record_options {
    std::vector<std::string> listen{};  // as listen_at() reads addresses; none: only adopt() brings clients
    std::string upstream;               // a connection string
    reception_options reception{};
    std::function<void(std::string)> report{};  // told of what goes wrong with one client; from run()'s thread
};

/// Stands between clients and a server: relays the bytes of both, unchanged, and lets a recorder hear them.
class record_server {
public:
    /// `heard_by`: null: it only relays. Throws what upstream and front_door throw.
    record_server(record_options options, std::shared_ptr<recorder> heard_by);
    record_server(const record_server&) = delete;
    record_server& operator=(const record_server&) = delete;
    /// Not while it runs.
    ~record_server();

    const std::vector<listening_place>& places() const noexcept;
    /// Serves until stop(), which closes all connections.
    void run();
    /// From any thread, or a signal's watcher.
    void stop() noexcept;
    /// A connected socket with a client at its other end. From any thread.
    void adopt(net::unique_fd client);

private:
    struct content;
    std::unique_ptr<content> content_;
};

}  // namespace howdah::sim
