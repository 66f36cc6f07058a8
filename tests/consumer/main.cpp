// What a user's first program needs of an installed Howdah.
#include <howdah/howdah.hpp>

#include <iostream>

int main() {
    const auto config = howdah::parse_conninfo("postgresql://ada@db.example:6543/engine");
    std::cout << config.username << '@' << config.hosts.front().to_string() << '/' << config.database << '\n';
}
