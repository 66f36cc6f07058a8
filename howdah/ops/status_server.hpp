#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "howdah/base/secret_string.hpp"
#include "howdah/ops/status_pages.hpp"

namespace howdah {

struct status_server_options {
    std::string address = "127.0.0.1";  // where it listens; any other than a loopback address needs a token
    std::uint16_t port = 0;             // 0: one that is free
    std::size_t max_connections = 32;   // the next one is closed at once
    std::size_t max_header = 8'192;     // bytes; a request has no body
    std::chrono::milliseconds request_timeout{5'000};  // to send a request, or to take its answer
    std::uint32_t max_requests_a_second = 100;         // of those who know the token, and as many again of all others

    /// Throws invalid_option.
    void validate() const;
};

/// Shows operators what a process's database connections do, over HTTP: see ops::status_pages for what there is. Without TLS: in
/// front of the world stands a proxy of yours.
///
///     howdah::status_server page{{.board = board}, {.port = 9180}};
class status_server {
public:
    /// On a thread of its own. Throws invalid_option, and the system's error if it can't listen there. A token has 16 to 256
    /// letters, digits, '-', '_', '.' or '~'.
    explicit status_server(status_content content, const status_server_options& options = {}, secret_string token = {});
    /// On an executor of yours that runs one handler at a time; to be destroyed there, or when nothing runs it.
    status_server(const boost::asio::any_io_executor& on, status_content content,
                  const status_server_options& options = {}, secret_string token = {});
    status_server(const status_server&) = delete;
    status_server& operator=(const status_server&) = delete;
    /// Closes every connection.
    ~status_server();

    std::uint16_t port() const noexcept;
    /// "http://127.0.0.1:9180/"
    std::string url() const;
    /// Requests that were answered, so far, whatever the answer.
    std::uint64_t answered() const noexcept;
    /// Connections that found no room and requests that came too fast, so far.
    std::uint64_t turned_away() const noexcept;

private:
    struct state;
    struct own_thread;
    static std::shared_ptr<state> open(const boost::asio::any_io_executor& on, status_content content,
                                       const status_server_options& options, secret_string token);

    std::unique_ptr<own_thread> thread_;  // null: the user's executor
    std::shared_ptr<state> state_;        // its connections' too; it goes in front of the loop that they are on
};

}  // namespace howdah
