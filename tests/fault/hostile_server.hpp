#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "loopback.hpp"

namespace howdah::test {

/// One client's connection, as a script sees it. What it waits for and does not get ends the script.
class conversation {
public:
    void say(std::string_view words);
    /// Exactly `size` bytes.
    std::string hear(std::size_t size);
    /// A message without a tag: SSLRequest, StartupMessage. Without its length.
    std::string hear_startup();

    struct message {
        char tag;
        std::string body;
    };
    message hear_message();
    /// Up to and with a Sync or a Query: then the client waits for an answer.
    void hear_request();
    /// Whatever still comes, until the client closes.
    void hear_end();

private:
    friend class hostile_server;
    struct ended {};
    conversation(testing::descriptor client, class hostile_server& server) noexcept;
    void hear_some();

    testing::descriptor client_;
    hostile_server& server_;
    std::string heard_;  // and not taken yet
};

/// Listens on 127.0.0.1 and runs `script` with each client, one after another, then closes. Only for what no real
/// server can be brought to do.
class hostile_server {
public:
    using script = std::function<void(conversation&)>;

    explicit hostile_server(script s);
    ~hostile_server();
    hostile_server(const hostile_server&) = delete;
    hostile_server& operator=(const hostile_server&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// All that any client has sent so far.
    std::string received() const;

private:
    friend class conversation;
    void run();
    /// False: the deadline has passed, or this object is going away.
    bool wait_for(int number, testing::deadline limit);

    script script_;
    listener listener_;
    alarm_bell bell_;  // rung once, at the end
    std::uint16_t port_;
    mutable std::mutex mutex_;
    std::string received_;
    std::thread thread_;
};

}  // namespace howdah::test
