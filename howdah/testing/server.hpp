#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/testing/node.hpp"
#include "howdah/testing/server_address.hpp"
#include "howdah/testing/server_options.hpp"

namespace howdah::testing {

/// A throwaway PostgreSQL, with its replicas: on a free TCP port of 127.0.0.1 and a unix socket in a private folder.
/// It is gone, data and all, when this object or the process that made it is gone, even by SIGKILL (on Linux).
/// Has a superuser `postgres` (unix socket, no password) and a role `app` with a random password and a database
/// `app` of its own. Durability is off (fsync, synchronous_commit, full_page_writes): kill9() may lose the last
/// commits unless `settings` say otherwise.
/// Errors are `error` (errc::test_server_failed) with the tail of the server's log.
class server {
public:
    explicit server(const server_options& options = {});
    ~server();

    node& primary() noexcept { return *primary_; }
    /// Counted from 0.
    node& replica(std::size_t i) { return *replicas_.at(i); }
    std::size_t replica_count() const noexcept { return replicas_.size(); }
    void promote(std::size_t i) { replica(i).promote(); }

    // The primary's; see node.
    std::string dsn(route r = route::best) const { return primary_->dsn(r); }
    std::string superuser_dsn() const { return primary_->superuser_dsn(); }
    std::string host() const { return node::host(); }
    std::uint16_t port() const noexcept { return primary_->port(); }
    std::string socket_folder() const { return primary_->socket_folder(); }
    void stop(stop_mode mode = stop_mode::fast) { primary_->stop(mode); }
    void start() { primary_->start(); }
    void restart(stop_mode mode = stop_mode::fast) { primary_->restart(mode); }
    void kill9() { primary_->kill9(); }
    bool running() noexcept { return primary_->running(); }
    std::string log_text() const { return primary_->log_text(); }
    std::string execute_sql(std::string_view statements) { return primary_->execute_sql(statements); }
    void terminate_backend(std::int32_t process_id) { primary_->terminate_backend(process_id); }

    std::string folder() const;
    /// The root certificate's file; throws error without TLS.
    std::string ca_file() const;
    /// A certificate for the role app, and its key; throw error without TLS.
    std::string client_certificate_file() const;
    std::string client_key_file() const;
    std::string password() const;
    int version() const noexcept;
    const std::string& full_version() const noexcept;
    server_address address() const;

private:
    void prepare_data();
    void add_replica();
    void take_base_backup(const std::string& name);
    void copy_stopped_primary(const std::string& name);
    void wait_for_replicas();
    std::string tls_file(const char* name) const;

    std::shared_ptr<blueprint> plan_;
    std::unique_ptr<node> primary_;
    std::vector<std::unique_ptr<node>> replicas_;
};

}  // namespace howdah::testing
