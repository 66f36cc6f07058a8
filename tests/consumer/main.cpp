// What a user's first program needs of an installed Howdah. Given a conninfo, it asks that server too.
#include <howdah/howdah.hpp>

#include <iostream>

int main(int argc, char** argv) {
    const auto config = howdah::parse_conninfo("postgresql://ada@db.example:6543/engine");
    std::cout << config.username << '@' << config.hosts.front().to_string() << '/' << config.database << '\n';
    if (argc < 2) return 0;
    howdah::blocking::connection db{howdah::parse_conninfo(argv[1])};
    std::cout << "the server says " << db.fetch_one<int>("select $1::int + $2::int", 40, 2) << '\n';
}
