#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "howdah/testing/process.hpp"
#include "howdah/testing/server_address.hpp"
#include "howdah/testing/server_options.hpp"

namespace howdah::testing {

struct blueprint;

/// pg_ctl's shutdown modes.
enum class stop_mode { smart, fast, immediate };

/// One running PostgreSQL: the primary or a replica of a `server`. All errors carry the tail of its log.
class node {
public:
    /// Of a data folder that is there already: `name` below the server's folder, with a folder `data` in it.
    node(std::shared_ptr<const blueprint> plan, std::string name);
    ~node();
    node(const node&) = delete;
    node& operator=(const node&) = delete;

    /// The role app, in its database app.
    std::string dsn(route r = route::best) const;
    /// The role postgres, in the database app, by the unix socket.
    std::string superuser_dsn() const;
    static std::string host() { return "127.0.0.1"; }
    std::uint16_t port() const noexcept { return port_; }
    std::string socket_folder() const { return folder_.string(); }
    std::filesystem::path data_folder() const { return folder_ / "data"; }
    const std::string& name() const noexcept { return name_; }

    /// Starts it and waits until it takes connections. The port is chosen at the first start and stays.
    void start();
    void stop(stop_mode mode = stop_mode::fast);
    void restart(stop_mode mode = stop_mode::fast);
    /// A crash: SIGKILL to all of its processes.
    void kill9();
    /// SIGSTOP to all of its processes: it keeps its connections and says nothing, until thaw().
    void freeze();
    void thaw();
    bool running() noexcept { return process_.running(); }
    pid_t process_id() const noexcept { return process_.id(); }

    /// Makes a replica a primary, and waits until it is.
    void promote();
    /// Makes a replica follow another primary.
    void follow(node& primary);

    /// Runs statements as the superuser with psql and returns its unaligned output: columns joined by '|'. Throws
    /// error with psql's words at the first statement that fails.
    std::string execute_sql(std::string_view statements);
    /// Ends a backend as an administrator would: its client gets 57P01.
    void terminate_backend(std::int32_t process_id);

    /// All that it has logged.
    std::string log_text() const;

private:
    enum class start_result { ready, ended, late };
    process launch_postgres() const;
    start_result wait_until_ready(deadline limit);
    bool says_ready() const;
    void remove_shared_memory() const;
    [[noreturn]] void fail_with_log(const std::string& what) const;

    std::shared_ptr<const blueprint> plan_;
    std::string name_;
    std::filesystem::path folder_;
    std::uint16_t port_ = 0;
    process process_;
};

}  // namespace howdah::testing
