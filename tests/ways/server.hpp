#pragma once
// A server whose certificate, TLS and rules of access change while it runs.

#include <string>
#include <string_view>

#include "howdah/testing/certificates.hpp"
#include "howdah/testing/server.hpp"
#include "tests/unit/net/temporary_folder.hpp"

namespace howdah::ways {

/// The tables are of this PostgreSQL: Debian's, with Debian's OpenSSL.
inline constexpr int documented_version = 15;

/// TLS on, with a certificate for localhost and 127.0.0.1; the rules of access are those of write_access().
class changing_server {
public:
    explicit changing_server(const testing::server_options& options = {.version = documented_version, .tls = true});

    /// Presents this certificate from now on. False: the server's own OpenSSL will not have it, and it keeps what it had.
    bool present(const std::string& chain_pem, const std::string& key_pem);
    bool present(const testing::identity& self) { return present(self.certificate_pem(), self.key_pem()); }
    /// Trusts clients' certificates of this authority.
    void trust_clients(const testing::authority& clients);
    /// Offers TLS, or does not.
    void offer_tls(std::string_view on_or_off);
    /// Writes pg_hba.conf.
    void write_access(std::string_view rules);

    /// Runs statements as the superuser.
    void run(std::string_view statements);
    /// host and hostaddr by which to come to it over TCP: "host=NAME hostaddr=127.0.0.1 port=N dbname=app user=USER ".
    std::string address(std::string_view host, std::string_view user) const;
    /// By the unix socket.
    std::string socket_address(std::string_view user) const;

    testing::server& server() noexcept { return server_; }

private:
    void reload();
    void overwrite(const char* file, std::string_view content);

    testing::server server_;
};

/// No file of the user's takes part, no variable speaks.
class clean_surroundings {
public:
    clean_surroundings();

    const net::test::temporary_folder& folder() const noexcept { return folder_; }

private:
    net::test::temporary_folder folder_;
    net::test::home_is home_{folder_.path()};
};

}  // namespace howdah::ways
