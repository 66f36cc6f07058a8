// Everything that goes wrong is a howdah::error: code() says what, fate() whether it may be run again.

#include <howdah/base/generated/sqlstates.hpp>
#include <howdah/howdah.hpp>

#include <chrono>
#include <iostream>

using namespace std::chrono_literals;

int main(int argc, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};
    db.execute("create temp table users (name text primary key)");
    db.execute("insert into users values ($1)", "Ada");

    try {
        db.execute("insert into users values ($1)", "Ada");
    } catch (const howdah::error& e) {
        // what() shows no values; all that the server said is in server().
        if (e.code() == howdah::unique_violation && e.fate() == howdah::fate::rejected)
            std::cout << "taken already: " << e.server()->detail << '\n';
    }

    try {
        db.fetch_one<int>("select 1 where false");
    } catch (const howdah::error& e) {
        if (e.code() == howdah::errc::no_rows) std::cout << "no rows: fetch_optional takes none or one\n";
    }

    try {
        db.with({.timeout = 100ms}).execute("select pg_sleep(60)");
    } catch (const howdah::error& e) {
        if (e.code() == howdah::errc::timed_out) std::cout << "timed out, and cancelled on the server\n";
    }

    // None of these has hurt the connection.
    std::cout << "still there: " << db.fetch_one<int>("select 42") << '\n';
}
