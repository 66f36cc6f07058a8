#include "howdah/testing/node.hpp"

#include <fcntl.h>
#include <sys/shm.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

#include "howdah/testing/blueprint.hpp"
#include "howdah/testing/failure.hpp"
#include "howdah/testing/free_port.hpp"
#include "howdah/testing/template_folder.hpp"

namespace howdah::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string read_file(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// A line of postmaster.pid, counted from 1 (PostgreSQL's miscadmin.h); empty if it is not there yet.
std::string pid_file_line(const fs::path& data_folder, int number) {
    std::ifstream file{data_folder / "postmaster.pid"};
    std::string line;
    for (int i = 0; i < number; ++i)
        if (!std::getline(file, line)) return {};
    return line;
}

int signal_of(stop_mode mode) noexcept {
    switch (mode) {
        case stop_mode::smart: return SIGTERM;
        case stop_mode::fast: return SIGINT;
        case stop_mode::immediate: return SIGQUIT;
    }
    return SIGQUIT;
}

bool is_true(const std::string& psql_output) { return psql_output.starts_with('t'); }

}  // namespace

node::node(std::shared_ptr<const blueprint> plan, std::string name)
    : plan_{std::move(plan)}, name_{std::move(name)}, folder_{plan_->folder.path() / name_} {}

node::~node() {
    thaw();
    process_.signal(SIGQUIT);
    if (!process_.wait(from_now(10s))) process_.kill();
    remove_shared_memory();
}

std::string node::dsn(route r) const {
    const auto password = percent_encoded(plan_->password.reveal());
    const std::string user = std::string{"postgresql://"} + app_role + (password.empty() ? "" : ':' + password) + '@';
    const std::string tcp = user + host() + ':' + std::to_string(port_) + '/' + app_database;
    switch (r) {
        case route::best: return dsn(plan_->tls() ? route::tls : route::tcp);
        case route::tcp: return tcp + (plan_->tls() ? "?sslmode=disable" : "");
        case route::socket:
            return user + '/' + app_database + "?host=" + percent_encoded(socket_folder()) +
                   "&port=" + std::to_string(port_);
        case route::tls: break;
    }
    if (!plan_->tls()) fail("the server has no TLS: ask for it in server_options");
    std::string out = tcp + "?sslmode=verify-full&sslrootcert=" + percent_encoded(plan_->file("ca.crt"));
    if (plan_->options.auth == auth::cert) {
        out += "&sslcert=" + percent_encoded(plan_->file("client.crt")) +
               "&sslkey=" + percent_encoded(plan_->file("client.key"));
    }
    return out;
}

std::string node::superuser_dsn() const {
    return std::string{"postgresql://"} + superuser + "@/" + app_database +
           "?host=" + percent_encoded(socket_folder()) + "&port=" + std::to_string(port_);
}

void node::start() {
    if (process_.running()) return;
    const auto limit = from_now(plan_->options.timeout);
    const bool choose_port = port_ == 0;
    while (true) {
        if (choose_port) port_ = free_port();
        const auto log_before = log_text().size();
        process_ = launch_postgres();
        switch (wait_until_ready(limit)) {
            case start_result::ready: return;
            case start_result::late: process_.kill(); fail_with_log("PostgreSQL was not ready in time");
            case start_result::ended: break;
        }
        // Someone else took the port between our look and the server's.
        const bool port_taken = log_text().find("could not create any TCP/IP sockets", log_before) != std::string::npos;
        if (!choose_port || !port_taken) fail_with_log("PostgreSQL ended instead of starting");
    }
}

process node::launch_postgres() const {
    const auto log = open_file((folder_ / "log").string(), O_WRONLY | O_CREAT | O_APPEND);
    return process{{.arguments = {plan_->postgres.program("postgres"), "-D", data_folder().string(), "-p",
                                  std::to_string(port_), "-k", socket_folder(), "-c", "listen_addresses=" + host()},
                    .environment = {{"LC_ALL", "C"}},
                    .run_as = run_as::server_user,
                    .output = log.number(),
                    .errors = log.number(),
                    .inherited = plan_->folder.lock_number(),
                    // Immediate: a dying owner waits for nobody, and the data is thrown away.
                    .death_signal = SIGQUIT}};
}

node::start_result node::wait_until_ready(deadline limit) {
    bool ready = false;
    const bool decided = poll_until(limit, [&] { return !process_.running() || (ready = says_ready()); });
    if (ready) return start_result::ready;
    return decided ? start_result::ended : start_result::late;
}

// Lines 1 and 8 of postmaster.pid: whose it is, and the state. A replica says "ready" once it takes queries.
bool node::says_ready() const {
    return pid_file_line(data_folder(), 1) == std::to_string(process_.id()) &&
           pid_file_line(data_folder(), 8).starts_with("ready");
}

void node::stop(stop_mode mode) {
    process_.signal(signal_of(mode));
    if (process_.wait(from_now(plan_->options.timeout))) return;
    kill9();
    fail_with_log("PostgreSQL did not stop in time and was killed");
}

void node::restart(stop_mode mode) {
    stop(mode);
    start();
}

void node::freeze() {
    process_.signal(SIGSTOP);
    // Until one look has found no new one: the first may have been taken just before it stopped.
    for (std::vector<pid_t> stopped, all; (all = children_of(process_.id())) != stopped; stopped = all)
        for (const pid_t backend : all) ::kill(backend, SIGSTOP);
}

void node::thaw() {
    if (!process_.running()) return;
    for (const pid_t backend : children_of(process_.id())) ::kill(backend, SIGCONT);
    process_.signal(SIGCONT);
}

void node::kill9() {
    if (!process_.running()) return;
    const auto backends = children_of(process_.id());
    process_.kill();
    for (const pid_t backend : backends) ::kill(backend, SIGKILL);
    const auto all_gone = [&] { return std::ranges::none_of(backends, is_alive); };
    if (!poll_until(from_now(plan_->options.timeout), all_gone)) fail_with_log("a backend survived SIGKILL");
}

// A server that was killed leaves a small System V segment behind, named in line 7 of the file it also left.
void node::remove_shared_memory() const {
    std::istringstream line{pid_file_line(data_folder(), 7)};
    unsigned long key = 0;
    int id = 0;
    if (line >> key >> id) ::shmctl(id, IPC_RMID, nullptr);
}

void node::promote() {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(plan_->options.timeout).count();
    if (!is_true(execute_sql("select pg_promote(true, " + std::to_string(seconds) + ')')))
        fail_with_log(name_ + " was not promoted in time");
}

void node::follow(node& primary) {
    const std::string slot = name_;
    primary.execute_sql("select pg_create_physical_replication_slot('" + slot +
                        "') where not exists (select from pg_replication_slots where slot_name = '" + slot + "')");
    execute_sql("alter system set primary_conninfo = 'host=" + primary.socket_folder() +
                " port=" + std::to_string(primary.port()) + " user=" + superuser + " application_name=" + name_ +
                "';\nalter system set primary_slot_name = '" + slot + "';\nselect pg_reload_conf();");
    if (plan_->postgres.version < 13) restart();  // they are reloadable from 13 on
}

std::string node::execute_sql(std::string_view statements) {
    auto said = run(
        {.arguments = {find_psql(), "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", superuser_dsn(), "-f", "-"},
         .environment = {{"PGCONNECT_TIMEOUT", "10"}, {"PGCLIENTENCODING", "UTF8"}, {"LC_ALL", "C"}}},
        statements, plan_->options.timeout);
    if (said.exit_status != 0) fail_with_log("psql failed:\n" + said.errors);
    if (said.output.ends_with('\n')) said.output.pop_back();
    return std::move(said.output);
}

void node::terminate_backend(std::int32_t process_id) {
    if (!is_true(execute_sql("select pg_terminate_backend(" + std::to_string(process_id) + ')')))
        fail("there is no backend " + std::to_string(process_id));
}

std::string node::log_text() const { return read_file(folder_ / "log"); }

void node::fail_with_log(const std::string& what) const {
    constexpr std::size_t shown = 3'000;
    const auto log = log_text();
    fail(what + "\nthe log of " + folder_.string() + " ends with:\n" +
         log.substr(log.size() > shown ? log.size() - shown : 0));
}

}  // namespace howdah::testing
