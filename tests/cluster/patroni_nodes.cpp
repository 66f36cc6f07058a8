#include "tests/cluster/patroni_nodes.hpp"

#include <fcntl.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>
#include <stdexcept>
#include <utility>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/free_port.hpp"
#include "howdah/testing/installation.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server_user.hpp"

namespace howdah::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string at(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

// Intervals are the shortest that Patroni has.
constexpr const char* in_common = R"(
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 1
    retry_timeout: 3
    master_start_timeout: 0
    synchronous_mode: true
    postgresql:
      use_pg_rewind: false
      parameters: {fsync: 'off', full_page_writes: 'off', synchronous_commit: 'on', shared_buffers: 16MB}
  initdb: [no-sync, no-locale, {encoding: UTF8}]
  pg_hba: [local all all trust, host all all 127.0.0.1/32 trust, host replication all 127.0.0.1/32 trust]
)";

// With its backends, which would live on.
void kill_all(pid_t postmaster) {
    if (postmaster == 0) return;
    const auto backends = testing::children_of(postmaster);
    ::kill(postmaster, SIGKILL);
    for (const auto backend : backends) ::kill(backend, SIGKILL);
}

}  // namespace

std::string patroni_nodes::missing() {
    for (const auto* name : {"patroni", "patronictl"})
        if (testing::find_program(name).empty()) return std::string{name} + " is not installed (Debian: patroni)";
    const auto raft = testing::run({.arguments = {"/usr/bin/python3", "-c", "import patroni.dcs.raft"}}, {}, 60s);
    return raft.exit_status == 0 ? "" : "Patroni has no Raft here (Debian: python3-pysyncobj)";
}

patroni_nodes::patroni_nodes(std::size_t how_many) {
    testing::hand_over(folder_.path());
    std::set<std::uint16_t> ports;
    while (ports.size() < 3 * how_many) ports.insert(testing::free_port());
    for (std::size_t i = 0; i < how_many; ++i) {
        const auto name = "node" + std::to_string(i);
        const auto take = [&] { return ports.extract(ports.begin()).value(); };
        member m{.name = name, .folder = folder_.path() / name, .patroni = {}};
        m.port = take();
        m.rest_port = take();
        m.raft_port = take();
        members_.push_back(std::move(m));
    }
    for (auto& m : members_) {
        fs::create_directory(m.folder);
        std::ofstream{configuration_file(m)} << configuration(m);
        testing::hand_over(m.folder);
        launch(m);
    }
}

// PostgreSQL is stopped at once, but cleans up behind itself; Patroni must not start it again.
patroni_nodes::~patroni_nodes() {
    for (auto& m : members_) m.patroni.kill();
    for (std::size_t i = 0; i < members_.size(); ++i)
        if (const auto id = postmaster(i); id != 0) ::kill(id, SIGQUIT);
    for (std::size_t i = 0; i < members_.size(); ++i)
        if (!testing::poll_until(testing::from_now(20s), [&] { return postmaster(i) == 0; })) kill_all(postmaster(i));
}

// 0: none runs. The file of one that was killed stays.
pid_t patroni_nodes::postmaster(std::size_t i) const {
    std::ifstream file{members_.at(i).folder / "data" / "postmaster.pid"};
    pid_t id = 0;
    return (file >> id) && id > 0 && testing::is_alive(id) ? id : 0;
}

void patroni_nodes::launch(member& m) const {
    const auto log = testing::open_file((m.folder / "log").string(), O_WRONLY | O_CREAT | O_APPEND);
    m.patroni = testing::process{{.arguments = {testing::find_program("patroni"), configuration_file(m)},
                                  .environment = {{"LC_ALL", "C.UTF-8"}},
                                  .run_as = testing::run_as::server_user,
                                  .output = log.number(),
                                  .errors = log.number(),
                                  .inherited = folder_.lock_number(),
                                  .death_signal = SIGTERM}};  // it stops its PostgreSQL then
}

std::string patroni_nodes::configuration(const member& m) const {
    const auto folder = m.folder.string();
    std::string partners;
    for (const auto& other : members_)
        if (&other != &m) partners += (partners.empty() ? "" : ", ") + ("'" + at(other.raft_port) + "'");
    return "scope: howdah\nname: " + m.name + "\nrestapi: {listen: '" + at(m.rest_port) + "', connect_address: '" +
           at(m.rest_port) + "'}\nraft: {data_dir: '" + folder + "/raft', self_addr: '" + at(m.raft_port) +
           "', partner_addrs: [" + partners + "]}\n" + in_common +
           "postgresql:\n"
           "  listen: '" +
           at(m.port) +
           "'\n"
           "  connect_address: '" +
           at(m.port) +
           "'\n"
           "  data_dir: '" +
           folder +
           "/data'\n"
           "  bin_dir: '" +
           testing::find_installation(0).programs.string() +
           "'\n"
           "  pgpass: '" +
           folder +
           "/pgpass'\n"
           "  remove_data_directory_on_diverged_timelines: true\n"
           "  authentication: {superuser: {username: postgres}, replication: {username: replicator}}\n"
           "  basebackup: [checkpoint: fast, no-sync]\n"
           "  parameters: {unix_socket_directories: '" +
           folder + "'}\n";
}

std::string patroni_nodes::dsn() const {
    std::string hosts;
    for (const auto& m : members_) hosts += (hosts.empty() ? "" : ",") + at(m.port);
    return "postgresql://postgres@" + hosts + "/postgres?sslmode=disable";
}

std::size_t patroni_nodes::index_of(std::uint16_t port) const {
    const auto found = std::ranges::find(members_, port, &member::port);
    if (found == members_.end()) throw std::runtime_error{"no node of Patroni's has the port " + std::to_string(port)};
    return static_cast<std::size_t>(found - members_.begin());
}

void patroni_nodes::fail_over(std::size_t from, std::size_t to) const {
    const auto& m = members_.at(from);
    (void)testing::run_or_fail({.arguments = {testing::find_program("patronictl"), "-c", configuration_file(m),
                                              "failover", "--force", "--candidate", members_.at(to).name, "howdah"},
                                .environment = {{"LC_ALL", "C.UTF-8"}}},
                               {}, 60s);
}

void patroni_nodes::kill9(std::size_t i) const {
    const auto id = postmaster(i);
    if (id == 0) throw std::runtime_error{members_.at(i).name + " has no PostgreSQL to kill"};
    kill_all(id);
}

std::string patroni_nodes::logs() const {
    constexpr std::size_t tail = 3000;
    std::string all;
    for (const auto& m : members_) {
        const auto text = testing::read_all(testing::open_file((m.folder / "log").string(), O_RDONLY));
        all += m.name + ":\n" + (text.size() > tail ? text.substr(text.size() - tail) : text) + "\n";
    }
    return all;
}

}  // namespace howdah::test
