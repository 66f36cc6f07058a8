#pragma once
// A service with a server of its own, whose password is rotated and which is restarted.

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "examples/service/http_service.hpp"
#include "howdah/testing/server.hpp"

namespace service {

class trial {
public:
    static constexpr std::uint32_t connections = 8;
    static constexpr int accounts = 1'000;

    trial() {
        howdah::blocking::connection db{howdah::parse_conninfo(server.dsn())};
        db.execute("create table account (id int8 primary key, owner text not null, balance int8 not null)");
        db.execute("insert into account select i, 'owner ' || i, i * 10 from generate_series(1, $1::int) i", accounts);
        write_password(server.password());
        auto database = howdah::parse_conninfo(server.dsn());
        database.credentials = std::make_shared<howdah::passfile_credentials>(passfile());
        running = std::make_unique<http_service>(database, options{.connections = connections});
    }
    ~trial() {
        running.reset();
        std::filesystem::remove(passfile());
    }

    /// The server learns of it first: until the passfile has it, the old one would be refused.
    void rotate_password(const std::string& fresh) {
        (void)server.execute_sql("alter role app password '" + fresh + "'");
        write_password(fresh);
    }
    bool whole() const {
        const auto s = running->status();
        return s.size == connections && s.idle + s.in_use == connections;
    }

    howdah::testing::server server;
    std::unique_ptr<http_service> running;

private:
    std::string passfile() const { return "service-passfile-" + std::to_string(::getpid()); }
    void write_password(const std::string& password) const {
        const auto fresh = passfile() + ".new";
        std::ofstream{fresh} << "*:*:*:app:" << password << '\n';
        std::filesystem::permissions(fresh, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        std::filesystem::rename(fresh, passfile());
    }
};

}  // namespace service
