#include "tests/ways/server.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "howdah/blocking/blocking.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/config/detail/keyword.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/types/types.hpp"

namespace howdah::ways {
namespace {

constexpr std::chrono::seconds reload_timeout{20};

std::string loaded_at(const connection_config& config) {
    return blocking::connection{config}.fetch_one<std::string>("select pg_catalog.pg_conf_load_time()::text");
}

}  // namespace

changing_server::changing_server(const testing::server_options& options) : server_{options} {}

bool changing_server::present(const std::string& chain_pem, const std::string& key_pem) {
    overwrite("server.crt", chain_pem);
    overwrite("server.key", key_pem);
    const auto log_before = server_.log_text().size();
    reload();
    return server_.log_text().find("SSL configuration was not reloaded", log_before) == std::string::npos;
}

void changing_server::trust_clients(const testing::authority& clients) {
    overwrite("ca.crt", clients.certificate_pem());
    reload();
}

void changing_server::offer_tls(std::string_view on_or_off) {
    run("alter system set ssl = " + std::string{on_or_off});
    reload();
}

void changing_server::write_access(std::string_view rules) {
    overwrite("pg_hba.conf", "local all postgres trust\n" + std::string{rules});
    reload();
}

void changing_server::run(std::string_view statements) {
    blocking::connection db{parse_conninfo(server_.superuser_dsn())};
    db.run_script(unsafe_sql{std::string{statements}});
}

std::string changing_server::address(std::string_view host, std::string_view user) const {
    return "host=" + std::string{host} + " hostaddr=127.0.0.1 port=" + std::to_string(server_.port()) +
           " dbname=app user=" + std::string{user} + ' ';
}

std::string changing_server::socket_address(std::string_view user) const {
    return "host=" + server_.socket_folder() + " port=" + std::to_string(server_.port()) +
           " dbname=app user=" + std::string{user} + ' ';
}

// A backend inherits the time from the postmaster, which reads everything again before it starts the next backend.
void changing_server::reload() {
    const auto config = parse_conninfo(server_.superuser_dsn());
    const auto before = loaded_at(config);
    blocking::connection{config}.fetch_one<bool>("select pg_catalog.pg_reload_conf()");
    if (!testing::poll_until(testing::from_now(reload_timeout), [&] { return loaded_at(config) != before; }))
        throw std::runtime_error{"the server did not reload: " + server_.log_text()};
}

// In place: the file keeps its owner and mode.
void changing_server::overwrite(const char* file, std::string_view content) {
    const auto path = server_.primary().data_folder() / file;
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out << content;
    if (!out.flush()) throw std::runtime_error{"can't write " + path.string()};
}

clean_surroundings::clean_surroundings() {
    for (const auto& keyword : config::keywords())
        if (!keyword.variable.empty()) ::unsetenv(std::string{keyword.variable}.c_str());
}

}  // namespace howdah::ways
