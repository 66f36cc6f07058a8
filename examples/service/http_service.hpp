#pragma once
// A JSON service over HTTP with a pool behind it:
//
//     GET /accounts/7   {"id" : 7, "owner" : "Ada", "balance" : 30}
//     GET /status       what the pool has and does

#include <howdah/howdah.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

namespace service {

struct options {
    std::uint16_t port = 0;  // 0: one that is free
    std::size_t threads = 4;
    std::uint32_t connections = 8;  // of all threads to the database
};

/// Serves from its construction to stop(). Each thread has a loop, which accepts clients of its own and has its part of
/// the pool's connections: no request goes from one thread to another.
class http_service {
public:
    http_service(const howdah::connection_config& database, const options& o);
    http_service(const http_service&) = delete;
    http_service& operator=(const http_service&) = delete;
    ~http_service() { stop(); }

    std::uint16_t port() const noexcept { return port_; }
    howdah::pool_status status() const { return pool_->status(); }
    /// Accepts no more clients, lets the pool finish what it does, and ends.
    void stop();

private:
    using loop = boost::asio::io_context;
    using acceptor = boost::asio::ip::tcp::acceptor;

    acceptor& listen(loop& on);

    std::vector<std::unique_ptr<loop>> loops_;
    std::vector<acceptor> acceptors_;
    std::unique_ptr<howdah::pool> pool_;
    std::vector<std::jthread> threads_;
    std::uint16_t port_;
};

}  // namespace service
