#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/secret_string.hpp"
#include "howdah/testing/folders.hpp"
#include "howdah/testing/process.hpp"
#include "howdah/testing/server_address.hpp"
#include "howdah/testing/server_options.hpp"

namespace howdah::testing {

/// When a server's connection goes back to the pool.
enum class pool_mode { session, transaction, statement };

struct pgbouncer_options {
    enum pool_mode pool_mode = pool_mode::transaction;
    std::uint32_t default_pool_size = 3;  // connections to the server, for each user and database
    std::uint32_t max_client_conn = 200;
    std::uint32_t max_prepared_statements = 0;         // named statements that are tracked; 1.21 and newer
    enum auth auth = auth::scram;                      // how the role app proves itself to it; not cert
    std::map<std::string, std::string> settings = {};  // of pgbouncer.ini; these win over the fixture's own
    std::string program = {};                          // empty: the one that PATH or /usr/sbin has
    std::chrono::milliseconds timeout{20'000};         // of the start

    /// Throws error that names the option.
    void validate() const;
};

/// A throwaway PgBouncer in front of a server: on a free TCP port of 127.0.0.1 and a unix socket in a private folder, for
/// the role app and its database. It is gone when this object or the process that made it is gone.
/// Errors are `error` (errc::test_server_failed) with the tail of its log.
class pgbouncer {
public:
    explicit pgbouncer(const server_address& behind, pgbouncer_options options = {});
    ~pgbouncer() = default;
    pgbouncer(const pgbouncer&) = delete;
    pgbouncer& operator=(const pgbouncer&) = delete;

    /// The role app, in its database app: by TCP (also what `best` gives) or by the unix socket. Has no TLS.
    std::string dsn(route r = route::best) const;
    std::uint16_t port() const noexcept { return port_; }
    std::string socket_folder() const { return folder_.path().string(); }
    pid_t process_id() const noexcept { return process_.id(); }
    bool running() noexcept { return process_.running(); }
    /// "1.18.0"
    const std::string& version() const noexcept { return version_; }

    /// A command of its console ("show servers"), run with psql: unaligned output, columns joined by '|'.
    std::string execute_command(std::string_view command) const;
    /// The role app has another password, at the pooler and for its connections to the server from here on; dsn() has it
    /// too. The server is to be told by others.
    void change_password(secret_string password);
    /// All that it has logged.
    std::string log_text() const;

private:
    void write_configuration(const server_address& behind) const;
    void write_users() const;
    void start();
    process launch_program() const;
    [[noreturn]] void fail_with_log(const std::string& what) const;
    std::string database_dsn(std::string_view database, route r) const;

    pgbouncer_options options_;
    std::string program_, version_;
    secret_string password_;
    server_folder folder_;
    std::uint16_t port_ = 0;
    process process_;
};

/// The path of PgBouncer, in PATH or /usr/sbin. Throws error that says what to install.
std::string find_pgbouncer();

}  // namespace howdah::testing
