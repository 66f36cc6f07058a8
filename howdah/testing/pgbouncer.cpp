#include "howdah/testing/pgbouncer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/failure.hpp"
#include "howdah/testing/free_port.hpp"
#include "howdah/testing/server_user.hpp"
#include "howdah/testing/template_folder.hpp"

namespace howdah::testing {
namespace {

using namespace std::chrono_literals;

const char* name_of(pool_mode mode) noexcept {
    switch (mode) {
        case pool_mode::session: return "session";
        case pool_mode::transaction: return "transaction";
        case pool_mode::statement: return "statement";
    }
    return "?";
}

const char* auth_type_of(auth a) noexcept {
    switch (a) {
        case auth::scram: return "scram-sha-256";
        case auth::md5: return "md5";
        case auth::password: return "plain";
        case auth::trust: return "trust";
        case auth::cert: return "cert";
    }
    return "?";
}

// "PgBouncer 1.18.0\nlibevent ..." -> "1.18.0"
std::string version_of(const std::string& program) {
    const auto said = run_or_fail({.arguments = {program, "--version"}}, {}, 10s);
    const auto start = said.find_first_of("0123456789");
    if (start == std::string::npos) fail(program + " does not say its version");
    return said.substr(start, said.find_first_of(" \n", start) - start);
}

}  // namespace

void pgbouncer_options::validate() const {
    const auto refuse = [](const char* text) { throw error{errc::invalid_option, text}; };
    if (default_pool_size == 0) refuse("pgbouncer_options.default_pool_size is 0: at least 1");
    if (max_client_conn == 0) refuse("pgbouncer_options.max_client_conn is 0: at least 1");
    if (auth == auth::cert) refuse("pgbouncer_options.auth is cert: certificates need TLS, which this PgBouncer lacks");
    if (timeout.count() <= 0) refuse("pgbouncer_options.timeout: more than 0 ms");
}

pgbouncer::pgbouncer(const server_address& behind, pgbouncer_options options)
    : options_{std::move(options)}, password_{behind.password()} {
    options_.validate();
    program_ = options_.program.empty() ? find_pgbouncer() : options_.program;
    version_ = version_of(program_);
    const auto limit = from_now(options_.timeout);
    do {
        if (std::chrono::steady_clock::now() > limit) fail_with_log("PgBouncer found no free port in time");
        port_ = free_port();
        write_configuration(behind);
        start();
        // Someone else took the port between our look and the pooler's, which goes on without it.
    } while (log_text().find("cannot listen on") != std::string::npos);
}

void pgbouncer::write_configuration(const server_address& behind) const {
    std::map<std::string, std::string> all{
        {"listen_addr", "127.0.0.1"},
        {"listen_port", std::to_string(port_)},
        {"unix_socket_dir", socket_folder()},
        {"auth_type", auth_type_of(options_.auth)},
        {"auth_file", (folder_.path() / "users").string()},
        {"admin_users", app_role},
        {"pool_mode", name_of(options_.pool_mode)},
        {"default_pool_size", std::to_string(options_.default_pool_size)},
        {"max_client_conn", std::to_string(options_.max_client_conn)},
    };
    if (options_.max_prepared_statements != 0)
        all.emplace("max_prepared_statements", std::to_string(options_.max_prepared_statements));
    for (const auto& [name, value] : options_.settings) all.insert_or_assign(name, value);
    std::string text = std::string{"[databases]\n"} + app_database +
                       " = host=127.0.0.1 port=" + std::to_string(behind.port()) + "\n[pgbouncer]\n";
    for (const auto& [name, value] : all) text.append(name).append(" = ").append(value).append("\n");
    write_file(folder_.path() / "pgbouncer.ini", text);
    write_users();
    hand_over(folder_.path());
}

// The password itself: with a SCRAM verifier alone it could not log in to the server.
void pgbouncer::write_users() const {
    write_file(folder_.path() / "users",
               std::string{"\""} + app_role + "\" \"" + std::string{password_.reveal()} + "\"\n");
}

void pgbouncer::change_password(secret_string password) {
    password_ = std::move(password);
    write_users();
    if (::kill(process_id(), SIGHUP) != 0) fail_system("telling PgBouncer to read its users again");
}

void pgbouncer::start() {
    write_file(folder_.path() / "log", {});
    process_ = launch_program();
    bool up = false;
    const auto decided = [&] {
        up = log_text().find("process up: PgBouncer") != std::string::npos;
        return up || !process_.running();
    };
    const bool in_time = poll_until(from_now(options_.timeout), decided);
    if (!up) fail_with_log(in_time ? "PgBouncer ended instead of starting" : "PgBouncer was not ready in time");
}

process pgbouncer::launch_program() const {
    const auto log = open_file((folder_.path() / "log").string(), O_WRONLY | O_APPEND);
    return process{{.arguments = {program_, (folder_.path() / "pgbouncer.ini").string()},
                    .environment = {{"LC_ALL", "C"}},
                    .run_as = run_as::server_user,
                    .output = log.number(),
                    .errors = log.number(),
                    .inherited = folder_.lock_number()}};
}

std::string pgbouncer::database_dsn(std::string_view database, route r) const {
    const auto password = percent_encoded(password_.reveal());
    const std::string user = std::string{"postgresql://"} + app_role + (password.empty() ? "" : ':' + password) + '@';
    const std::string port = std::to_string(port_);
    if (r == route::tls) fail("a throwaway PgBouncer has no TLS");
    if (r == route::socket)
        return user + '/' + std::string{database} + "?host=" + percent_encoded(socket_folder()) + "&port=" + port;
    return user + "127.0.0.1:" + port + '/' + std::string{database} + "?sslmode=disable";
}

std::string pgbouncer::dsn(route r) const { return database_dsn(app_database, r); }

std::string pgbouncer::execute_command(std::string_view command) const {
    auto said = run_or_fail({.arguments = {find_psql(), "-X", "-A", "-t", "-q", "-d",
                                           database_dsn("pgbouncer", route::best), "-c", std::string{command}},
                             .environment = {{"PGCONNECT_TIMEOUT", "10"}, {"LC_ALL", "C"}}},
                            {}, options_.timeout);
    if (said.ends_with('\n')) said.pop_back();
    return said;
}

std::string pgbouncer::log_text() const {
    std::ifstream file{folder_.path() / "log"};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void pgbouncer::fail_with_log(const std::string& what) const {
    constexpr std::size_t shown = 3'000;
    const auto log = log_text();
    fail(what + "\nits log ends with:\n" + log.substr(log.size() > shown ? log.size() - shown : 0));
}

std::string find_pgbouncer() {
    if (auto found = find_program("pgbouncer"); !found.empty()) return found;
    // Not in everyone's PATH.
    if (const char* path = "/usr/sbin/pgbouncer"; ::access(path, X_OK) == 0) return path;
    fail("PgBouncer is not installed: apt-get install pgbouncer");
}

}  // namespace howdah::testing
