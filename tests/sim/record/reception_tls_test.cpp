#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "howdah/core/handshake.hpp"
#include "howdah/sim/reception/reception.hpp"
#include "howdah/testing/certificates.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::sim {
namespace {

using login = reception_options::login;

// A certificate for "localhost" in files, and the root that vouches for it.
class certificate_files {
public:
    certificate_files()
        : folder_{std::filesystem::temp_directory_path() / ("howdah-reception-" + std::to_string(::getpid()))} {
        std::filesystem::create_directories(folder_);
        const testing::authority root{"root"};
        const auto own = root.issue({.common_name = "localhost", .alternatives = "DNS:localhost"});
        write("root.crt", root.certificate_pem());
        write("own.crt", own.certificate_pem());
        write("own.key", own.key_pem());
        std::filesystem::permissions(file("own.key"), std::filesystem::perms::owner_read);
    }
    ~certificate_files() { std::filesystem::remove_all(folder_); }
    certificate_files(const certificate_files&) = delete;
    certificate_files& operator=(const certificate_files&) = delete;

    std::string file(const char* name) const { return folder_ / name; }
    std::shared_ptr<const server_tls_context> context() const {
        return std::make_shared<const server_tls_context>(file("own.crt"), file("own.key"));
    }

private:
    void write(const char* name, const std::string& text) const { std::ofstream{file(name)} << text; }

    std::filesystem::path folder_;
};

reception_options over_tls(const certificate_files& files) {
    reception_options out;
    out.how = login::scram_sha_256;
    out.users = std::make_shared<login_secrets>(login_secrets::from_text("\"ada\" \"pencil\"\n", "users.txt"));
    out.tls = files.context();
    return out;
}

template <class From, class To>
void carry(From& from, To& to) {
    while (!from.output().empty()) {
        const auto said = from.output();
        const auto room = to.input_space();
        const auto n = std::min(said.size(), room.size());
        std::copy_n(said.begin(), n, room.begin());
        from.written(n);
        to.commit(n);
    }
}

// The library's client with sslmode=verify-full, until AuthenticationOk is due.
void converse(core::handshake& client, reception& server) {
    for (int turns = 0; turns < 20 && server.state() == reception::state::working; ++turns) {
        carry(client, server);
        carry(server, client);
    }
}

class reception_tls : public ::testing::TestWithParam<ssl_negotiation> {};

INSTANTIATE_TEST_SUITE_P(each, reception_tls, ::testing::Values(ssl_negotiation::postgres, ssl_negotiation::direct),
                         [](const auto& of) {
                             return of.param == ssl_negotiation::direct ? "without_asking" : "after_asking";
                         });

TEST_P(reception_tls, a_client_that_verifies_everything_is_let_in_with_its_channel_bound) {
    const certificate_files files;
    const auto options = over_tls(files);
    connection_config config;
    config.username = "ada";
    config.ssl_mode = ssl_mode::verify_full;
    config.ssl_root_cert = files.file("root.crt");
    config.ssl_negotiation = GetParam();
    config.channel_binding = channel_binding::require;
    const endpoint here{.host = "localhost", .hostaddr = {}};
    core::shared_secrets shared;
    shared.tls = std::make_shared<net::tls_context>(config);
    core::handshake client{
        config,
        here,
        GetParam() == ssl_negotiation::direct ? wire::tls_request::direct : wire::tls_request::require,
        secret_string{"pencil"},
        target_session_attrs::any,
        shared};
    reception server{options, wire::channel_kind::open_network};
    converse(client, server);
    if (client.state() == core::handshake::state::failed) FAIL() << client.failure().what();
    EXPECT_EQ(server.state(), reception::state::admitted);
    EXPECT_EQ(client.phase(), phase::authenticate) << "it waits for AuthenticationOk";
}

TEST(reception_with_certificate, what_comes_in_plain_text_with_the_wish_for_tls_is_refused) {
    const certificate_files files;
    const auto options = over_tls(files);
    reception r{options, wire::channel_kind::open_network};
    bytes attack;
    serialize(wire::ssl_request{}, attack);
    serialize(wire::simple_query{.sql = "drop table everything"}, attack);
    const auto room = r.input_space();
    std::copy(attack.begin(), attack.end(), room.begin());
    r.commit(attack.size());
    EXPECT_EQ(r.state(), reception::state::ended);
    EXPECT_EQ(as_text(r.output()).substr(0, 1), "E");
}

TEST(reception_with_certificate, a_network_without_tls_is_sent_away_where_tls_is_required) {
    const certificate_files files;
    auto options = over_tls(files);
    options.over_network = reception_options::encryption::required;
    for (const auto from : {wire::channel_kind::open_network, wire::channel_kind::local_socket}) {
        reception r{options, from};
        bytes asked;
        const std::pair<std::string_view, std::string_view> user{"user", "ada"};
        serialize(wire::startup_message{.protocol_version = 0x30000, .parameters = {&user, 1}}, asked);
        const auto room = r.input_space();
        std::copy(asked.begin(), asked.end(), room.begin());
        r.commit(asked.size());
        EXPECT_EQ(r.state(),
                  from == wire::channel_kind::open_network ? reception::state::ended : reception::state::working);
    }
}

TEST(server_tls_context, a_key_that_others_may_read_is_refused_and_so_is_no_certificate) {
    const certificate_files files;
    EXPECT_THROW((server_tls_context{files.file("own.key"), files.file("own.key")}), error);
    std::filesystem::permissions(files.file("own.key"), std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    try {
        (void)files.context();
        FAIL() << "it was taken";
    } catch (const error& e) {
        EXPECT_EQ(e.code(), errc::insecure_file);
    }
}

}  // namespace
}  // namespace howdah::sim
