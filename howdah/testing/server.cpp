#include "howdah/testing/server.hpp"

#include <fcntl.h>
#include <openssl/rand.h>

#include <array>
#include <filesystem>

#include "howdah/testing/blueprint.hpp"
#include "howdah/testing/certificates.hpp"
#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/failure.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server_user.hpp"
#include "howdah/testing/template_folder.hpp"

namespace howdah::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_replicas = 8;  // wal senders and slots are 10 by default

secret_string random_password() {
    std::array<unsigned char, 12> random{};
    if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) fail("no random bytes for a password");
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "secret-";
    for (const auto byte : random) text.append({digits[byte / 16], digits[byte % 16]});
    return secret_string{text};
}

std::string hba_method(auth a) {
    switch (a) {
        case auth::scram: return "scram-sha-256";
        case auth::md5: return "md5";
        case auth::password: return "password";
        case auth::cert: return "cert";
        case auth::trust: return "trust";
    }
    return "reject";
}

std::string hba_rules(auth a) {
    const std::string super = superuser, method = hba_method(a);
    const std::string local = a == auth::cert ? "reject" : method;  // there is no certificate on a unix socket
    const std::string host = a == auth::cert ? "hostssl" : "host";
    return "local all " + super + " trust\nlocal replication " + super + " trust\nlocal all all " + local + "\n" +
           host + " all " + super + " 127.0.0.1/32 reject\n" + host + " all all 127.0.0.1/32 " + method + "\n";
}

std::string quoted(const std::string& value) {
    std::string out = "'";
    for (const char c : value) out.append(c == '\'' || c == '\\' ? 2 : 1, c);
    return out + '\'';
}

std::string settings_of(const blueprint& plan) {
    std::map<std::string, std::string> all{
        {"fsync", "off"},
        {"synchronous_commit", "off"},
        {"full_page_writes", "off"},
        {"shared_buffers", "16MB"},
        {"max_connections", std::to_string(plan.options.max_connections)},
        {"max_wal_size", "128MB"},  // it may lie in memory
        {"min_wal_size", "32MB"},
        {"wal_retrieve_retry_interval", "100ms"},  // of a replica that has lost its primary; 5 s by default
        {"log_statement", "none"},
        {"log_line_prefix", "%m [%p] %q%u@%d "},
        {"password_encryption", plan.options.auth == auth::md5 ? "md5" : "scram-sha-256"},
        // A file in the data folder, that goes with it; POSIX shared memory would outlive a killed server.
        {"dynamic_shared_memory_type", "mmap"},
    };
    if (plan.tls()) all.insert({{"ssl", "on"}, {"ssl_ca_file", "ca.crt"}});
    for (const auto& [name, value] : plan.options.settings) all.insert_or_assign(name, value);
    std::string text = "\n";
    for (const auto& [name, value] : all) text.append(name).append(" = ").append(quoted(value)).append("\n");
    return text;
}

void write_certificates(const blueprint& plan, const fs::path& data) {
    const authority root{"Howdah test root"}, intermediate{"Howdah test intermediate", root};
    const auto server = intermediate.issue({.common_name = "localhost", .alternatives = plan.options.tls_names});
    const auto client = intermediate.issue({.common_name = app_role, .role = certificate_role::client});
    write_file(data / "ca.crt", root.certificate_pem());
    write_file(data / "server.crt", server.certificate_pem());
    write_file(data / "server.key", server.key_pem());
    write_file(plan.file("ca.crt"), root.certificate_pem());
    write_file(plan.file("client.crt"), client.certificate_pem());
    write_file(plan.file("client.key"), client.key_pem());
}

std::string conninfo_for_replication(const node& primary, const std::string& name) {
    return "host=" + primary.socket_folder() + " port=" + std::to_string(primary.port()) + " user=" + superuser +
           " application_name=" + name;
}

}  // namespace

void server_options::validate() const {
    const auto refuse = [](const std::string& text) { throw error{errc::invalid_option, text}; };
    if (version != 0 && (version < oldest_version || version > newest_version))
        refuse("server_options.version is " + std::to_string(version) + ": 0, or 12 to 18");
    if (replicas > most_replicas)
        refuse("server_options.replicas is " + std::to_string(replicas) + ": at most " + std::to_string(most_replicas));
    if (max_connections == 0) refuse("server_options.max_connections is 0");
    if (timeout.count() <= 0) refuse("server_options.timeout must be positive");
}

server::server(const server_options& options) {
    options.validate();
    auto postgres = options.programs.empty() ? find_installation(options.version) : installation_in(options.programs);
    const bool needs_password = options.auth != auth::trust && options.auth != auth::cert;
    plan_ = std::make_shared<blueprint>(blueprint{.options = options,
                                                  .postgres = std::move(postgres),
                                                  .folder = {},
                                                  .password = needs_password ? random_password() : secret_string{}});
    prepare_data();
    primary_ = std::make_unique<node>(plan_, "primary");
    primary_->start();
    if (needs_password) {
        primary_->execute_sql(std::string{"alter role "} + app_role + " password '" +
                              std::string{plan_->password.reveal()} + "'");
    }
    for (std::size_t i = 0; i < options.replicas; ++i) add_replica();
    wait_for_replicas();
}

server::~server() = default;

void server::prepare_data() {
    const auto folder = plan_->folder.path() / "primary", data = folder / "data";
    fs::create_directory(folder);
    copy_data_folder(template_folder(plan_->postgres), data);
    write_file(data / "postgresql.conf", settings_of(*plan_), O_APPEND);
    write_file(data / "pg_hba.conf", hba_rules(plan_->options.auth));
    if (plan_->tls()) write_certificates(*plan_, data);
    hand_over(folder);
}

void server::add_replica() {
    const std::string name = "replica_" + std::to_string(replicas_.size() + 1);
    fs::create_directory(plan_->folder.path() / name);
    hand_over(plan_->folder.path() / name);
    if (plan_->postgres.has("pg_basebackup")) {
        take_base_backup(name);
    } else {
        copy_stopped_primary(name);
    }
    replicas_.push_back(std::make_unique<node>(plan_, name));
    replicas_.back()->start();
}

void server::take_base_backup(const std::string& name) {
    run_or_fail({.arguments = {plan_->postgres.program("pg_basebackup"), "-D",
                               (plan_->folder.path() / name / "data").string(), "-R", "-X", "stream", "-c", "fast",
                               "--no-sync", "-C", "-S", name, "-d", conninfo_for_replication(*primary_, name)},
                 .run_as = run_as::server_user},
                {}, plan_->options.timeout);
}

// npm's packages have no pg_basebackup, and another version's refuses newer servers.
void server::copy_stopped_primary(const std::string& name) {
    const auto data = plan_->folder.path() / name / "data";
    primary_->stop();
    copy_data_folder(primary_->data_folder(), data);
    write_file(data / "standby.signal", "");
    write_file(data / "postgresql.auto.conf",
               "primary_conninfo = " + quoted(conninfo_for_replication(*primary_, name)) +
                   "\nprimary_slot_name = " + quoted(name) + "\n",
               O_APPEND);
    // The primary's slots are not the replica's.
    for (const auto& slot : fs::directory_iterator{data / "pg_replslot"}) fs::remove_all(slot.path());
    hand_over(data);
    primary_->start();
    primary_->execute_sql("select pg_create_physical_replication_slot('" + name + "')");
}

// So that whoever promotes one at once loses nothing, and finds none that is ahead of it.
void server::wait_for_replicas() {
    const auto all_are_here = [&] {
        return primary_->execute_sql("select count(*) from pg_stat_replication where state = 'streaming' and "
                                     "replay_lsn >= pg_current_wal_flush_lsn()") == std::to_string(replicas_.size());
    };
    if (!replicas_.empty() && !poll_until(from_now(plan_->options.timeout), all_are_here))
        fail("not all replicas were streaming in time:\n" +
             primary_->execute_sql("select application_name, state, replay_lsn from pg_stat_replication"));
}

std::string server::folder() const { return plan_->folder.path().string(); }

std::string server::tls_file(const char* name) const {
    if (!plan_->tls()) fail("the server has no TLS: ask for it in server_options");
    return plan_->file(name);
}

std::string server::ca_file() const { return tls_file("ca.crt"); }
std::string server::client_certificate_file() const { return tls_file("client.crt"); }
std::string server::client_key_file() const { return tls_file("client.key"); }
std::string server::password() const { return std::string{plan_->password.reveal()}; }
int server::version() const noexcept { return plan_->postgres.version; }
const std::string& server::full_version() const noexcept { return plan_->postgres.full_version; }

server_address server::address() const {
    server_address out{.dir = folder(), .dsn = dsn(), .superuser_dsn = superuser_dsn(), .replicas = {}, .ca = {}};
    for (const auto& replica : replicas_) out.replicas.push_back(replica->dsn());
    if (plan_->tls()) out.ca = ca_file();
    return out;
}

}  // namespace howdah::testing
