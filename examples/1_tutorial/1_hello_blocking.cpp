// Connect, ask, print. Usage: 1_hello_blocking [CONNINFO], a URI or key=value string as psql takes it. What it leaves
// out comes from PGHOST, PGUSER and the rest of libpq's environment.

#include <howdah/howdah.hpp>

#include <iostream>
#include <string>
#include <tuple>

int main(int argc, char** argv) {
    const auto config = howdah::parse_conninfo(argc > 1 ? argv[1] : "");
    howdah::blocking::connection db{config};

    const auto sum = db.fetch_one<int>("select $1::int + $2::int", 40, 2);
    const auto [user, database] =
        db.fetch_one<std::tuple<std::string, std::string>>("select current_user::text, current_database()::text");

    std::cout << "Hello, " << user << ". This is database " << database << " of PostgreSQL "
              << db.server_parameter("server_version") << ". 40 + 2 = " << sum << ".\n";
}
