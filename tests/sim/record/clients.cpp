#include "tests/sim/record/clients.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>

#include "howdah/testing/installation.hpp"
#include "howdah/testing/process.hpp"

namespace howdah::sim {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

const fs::path scripts{HOWDAH_CLIENT_SCRIPTS};
const fs::path fetched{HOWDAH_FETCHED_CLIENTS};  // what npm brings, and what javac makes
constexpr auto longest_client = 120s;

bool succeeds(std::vector<std::string> command, std::map<std::string, std::string> environment = {}) {
    return !command.front().empty() &&
           testing::run({.arguments = std::move(command), .environment = std::move(environment)}, {}, longest_client)
                   .exit_status == 0;
}

std::vector<std::string> pgbench(const std::string& mode, const std::string& script) {
    const auto program = testing::find_installation(0).program("pgbench");
    if (!fs::exists(program)) return {};
    return {program, "-n", "-t", "20", "-c", "1", "--random-seed=7", "-M", mode, "-f", scripts / script};
}

std::vector<std::string> python(const std::string& module, const std::string& script) {
    const std::string program{"/usr/bin/python3"};  // Debian's, whose modules these are
    if (!succeeds({program, "-c", "import " + module})) return {};
    return {program, scripts / script};
}

std::vector<std::string> node() {
    const auto program = testing::find_program("node"), npm = testing::find_program("npm");
    const auto module = fetched / "node_modules" / "pg" / "package.json";
    if (program.empty()) return {};
    if (!fs::exists(module)) {
        fs::create_directories(fetched);
        if (!succeeds({npm, "install", "--no-audit", "--no-fund", "--prefix", fetched, "pg@8"})) return {};
    }
    // A module is looked for beside the script.
    fs::copy_file(scripts / "node_pg_client.mjs", fetched / "node_pg_client.mjs", fs::copy_options::overwrite_existing);
    return {program, fetched / "node_pg_client.mjs"};
}

std::vector<std::string> java() {
    const fs::path driver{"/usr/share/java/postgresql.jar"};
    const auto program = testing::find_program("java");
    fs::create_directories(fetched);
    if (program.empty() || !fs::exists(driver) ||
        !succeeds({testing::find_program("javac"), "-cp", driver, "-d", fetched, scripts / "JdbcClient.java"}))
        return {};
    return {program, "-XX:TieredStopAtLevel=1", "-cp", driver.string() + ":" + fetched.string(), "JdbcClient"};
}

std::string text_of(const fs::path& file) {
    std::ifstream in{file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// The lines without measurements and without what psycopg logs of objects by their addresses, and no process ids.
std::string comparable(const std::string& said) {
    std::istringstream in{said};
    std::string out;
    for (std::string line; std::getline(in, line);)
        if (line.find("latency average") == std::string::npos && line.find("tps = ") == std::string::npos &&
            line.find("connection time") == std::string::npos && line.find("error ignored") == std::string::npos)
            out += std::regex_replace(line, std::regex{"PID [0-9]+"}, "PID") + '\n';
    return out;
}

}  // namespace

std::vector<client> all_clients() {
    const std::string psql = testing::find_program("psql");
    return {
        {"psql", psql.empty() ? std::vector<std::string>{} : std::vector{psql, std::string{"-X"}, std::string{"-f-"}},
         "postgresql-client-15", "psql.sql"},
        {"pgbench_simple", pgbench("simple", "pgbench.sql"), "postgresql-15"},
        {"pgbench_extended", pgbench("extended", "pgbench.sql"), "postgresql-15"},
        {"pgbench_prepared", pgbench("prepared", "pgbench.sql"), "postgresql-15"},
        {"pgbench_pipeline", pgbench("prepared", "pgbench_pipeline.sql"), "postgresql-15"},
        {"asyncpg", python("asyncpg", "asyncpg_client.py"), "python3-asyncpg"},
        {"psycopg", python("psycopg", "psycopg_client.py"), "python3-psycopg"},
        {"node_pg", node(), "nodejs and npm, which fetches pg"},
        {"pgjdbc", java(), "openjdk-17-jdk-headless and libpostgresql-jdbc-java"}};
}

std::string output_of(const client& which, const client_target& at) {
    testing::launch how{.arguments = which.command};
    how.environment = {{"PGHOST", "127.0.0.1"},
                       {"PGPORT", at.port},
                       {"PGUSER", "app"},
                       {"PGPASSWORD", at.password},
                       {"PGDATABASE", "app"},
                       {"PGSSLMODE", "disable"},
                       {"PGCLIENTENCODING", "UTF8"},
                       {"PYTHONDONTWRITEBYTECODE", "1"}};
    const auto said = testing::run(std::move(how), which.input.empty() ? std::string{} : text_of(scripts / which.input),
                                   longest_client);
    auto out = comparable(said.output) + comparable(said.errors);
    if (said.exit_status != 0) out += "exit status " + std::to_string(said.exit_status) + '\n';
    return out;
}

}  // namespace howdah::sim
