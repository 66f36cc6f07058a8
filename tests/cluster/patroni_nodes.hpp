#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/testing/folders.hpp"
#include "howdah/testing/process.hpp"

namespace howdah::test {

/// Nodes under a real Patroni, which agrees with its peers by Raft: no other program is needed. One standby is synchronous.
/// Whoever loses its PostgreSQL is failed over at once.
class patroni_nodes {
public:
    /// Why there are none; empty: Patroni is installed.
    static std::string missing();

    explicit patroni_nodes(std::size_t how_many);
    ~patroni_nodes();
    patroni_nodes(const patroni_nodes&) = delete;
    patroni_nodes& operator=(const patroni_nodes&) = delete;

    /// The superuser, at all of them.
    std::string dsn() const;
    /// Of the node that listens there.
    std::size_t index_of(std::uint16_t port) const;
    /// `patronictl failover --force` from one to another.
    void fail_over(std::size_t from, std::size_t to) const;
    /// SIGKILL to its PostgreSQL, all of it.
    void kill9(std::size_t i) const;
    /// The end of what each has logged, for messages.
    std::string logs() const;

private:
    struct member {
        std::string name;
        std::filesystem::path folder;
        std::uint16_t port = 0, rest_port = 0, raft_port = 0;
        testing::process patroni;
    };
    std::string configuration(const member& m) const;
    std::string configuration_file(const member& m) const { return (m.folder / "patroni.yml").string(); }
    void launch(member& m) const;
    pid_t postmaster(std::size_t i) const;

    testing::server_folder folder_;
    std::vector<member> members_;
};

}  // namespace howdah::test
