#include <howdah/howdah.hpp>
#include <iostream>

struct user { std::int64_t id; std::string name; std::optional<std::string> email; };

int main(int, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argv[1])};
    db.execute("create temp table users (id bigint generated always as identity, name text, email text)");
    auto ada = db.fetch_one<user>("insert into users (name) values ($1) returning id, name, email", "Ada");
    for (const user& u : db.fetch_all<user>("select id, name, email from users where id = $1", ada.id))
        std::cout << u.id << ' ' << u.name << '\n';
}
