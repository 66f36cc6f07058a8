// INSERT ... RETURNING gives what the server has made up: the key, the default, the time.

#include <howdah/howdah.hpp>

#include <cstdint>
#include <iostream>
#include <string>

struct ticket {
    std::int64_t id;
    std::string state;
    bool fresh;
};

int main(int argc, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};
    db.execute("create temp table tickets (id bigint generated always as identity, subject text not null,"
               " state text not null default 'open', opened_at timestamptz not null default now())");

    const auto made = db.fetch_one<ticket>(
        "insert into tickets (subject) values ($1) returning id, state, opened_at > now() - interval '1 minute'",
        "The printer is on fire");
    std::cout << "ticket " << made.id << " is " << made.state << (made.fresh ? " since just now" : "") << '\n';

    const auto closed = db.execute("update tickets set state = $2 where id = $1", made.id, "closed");
    std::cout << closed.command_tag << ": " << closed.rows_affected << " row\n";
}
