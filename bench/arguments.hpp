#pragma once

#include <array>
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <string_view>

namespace bench {

/// How a peer is called: PROGRAM WORKLOAD HOST PORT USER PASSWORD DBNAME. HOST is a unix socket's folder or an address.
/// A workload that ends in _tls is the one before that, over TLS.
struct arguments {
    std::string workload, host, port, user, password, database;
    bool tls = false;

    static constexpr std::size_t count = 6;
    /// Throws std::invalid_argument, which says what is expected.
    explicit arguments(std::span<char* const> given);
    bool is_unix_socket() const noexcept { return host.starts_with('/'); }
};

/// What a peer's main() returns.
enum exit_status : int { done = 0, failed = 1, bad_usage = 2, workload_not_offered = 3 };

/// A workload by its name. `On` is a peer's kind of connection, or what says where to connect.
template <class On>
struct workload {
    std::string_view name;
    void (*run)(On&);
};

/// Null: it is not offered.
template <class On, std::size_t N>
const workload<On>* find_workload(const std::array<workload<On>, N>& offered, std::string_view name) {
    for (const auto& one : offered)
        if (one.name == name) return &one;
    return nullptr;
}

/// Runs `name`: of those that connect by themselves, to what `server` says, or of those over what `open()` gives.
template <class Server, class Connection, std::size_t N, std::size_t M, class Open>
exit_status run_workload(const std::array<workload<const Server>, N>& on_several,
                         const std::array<workload<Connection>, M>& on_one, std::string_view name, const Server& server,
                         Open open) {
    if (const auto* const one = find_workload(on_several, name)) {
        one->run(server);
        return done;
    }
    if (const auto* const one = find_workload(on_one, name)) {
        auto&& connection = open();
        one->run(connection);
        return done;
    }
    return workload_not_offered;
}

/// A peer's main(): run(arguments) gives the exit status; what it throws is printed.
template <class Run>
int run_peer(const char* name, int argc, char** argv, Run run) try {
    return run(arguments{std::span{argv, static_cast<std::size_t>(argc)}.subspan(1)});
} catch (const std::exception& e) {
    std::fprintf(stderr, "%s: %s\n", name, e.what());
    return failed;
}

}  // namespace bench
