#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bench {

/// How a peer is called: PROGRAM WORKLOAD HOST PORT USER PASSWORD DBNAME. HOST is a unix socket's folder or an address.
struct arguments {
    std::string workload, host, port, user, password, database;

    static constexpr std::size_t count = 6;
    /// Throws std::invalid_argument, which says what is expected.
    explicit arguments(std::span<char* const> given);
    bool is_unix_socket() const noexcept { return host.starts_with('/'); }
};

/// What a peer's main() returns.
enum exit_status : int { done = 0, failed = 1, bad_usage = 2, workload_not_offered = 3 };

/// A workload by its name, run over a peer's kind of connection.
template <class Connection>
struct workload {
    std::string_view name;
    void (*run)(Connection&);
};

/// Runs `name` over `open()`'s connection.
template <class Connection, std::size_t N, class Open>
exit_status run_workload(const std::array<workload<Connection>, N>& offered, std::string_view name, Open open) {
    for (const auto& one : offered) {
        if (one.name != name) continue;
        auto&& connection = open();
        one.run(connection);
        return done;
    }
    return workload_not_offered;
}

}  // namespace bench
