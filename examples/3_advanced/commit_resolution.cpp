// The connection is lost while COMMIT is on its way. Was the money moved? The transaction's number answers that.

#include <howdah/howdah.hpp>

#include <chrono>
#include <iostream>

namespace {

// Asks until the server knows: it may still be at it when the client has lost it.
howdah::commit_outcome outcome_of(const howdah::connection_config& config, std::uint64_t transaction) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{30};
    auto outcome = howdah::blocking::resolve_commit(config, transaction);
    while (outcome == howdah::commit_outcome::in_progress && std::chrono::steady_clock::now() < until)
        outcome = howdah::blocking::resolve_commit(config, transaction);
    return outcome;
}

void pay(howdah::blocking::connection& db, const howdah::connection_config& config) {
    // One round trip more, and the number is known before COMMIT goes out.
    auto tx = db.begin({.tracking = howdah::commit_tracking::yes});
    tx.execute("insert into example_payments values (100)");
    try {
        tx.commit();
        std::cout << "paid\n";
    } catch (const howdah::error& e) {
        if (e.fate() != howdah::fate::commit_unknown || !e.transaction_id()) throw;
        std::cout << "lost: " << to_string(e.fate()) << '\n';
        std::cout << "resolved: " << to_string(outcome_of(config, *e.transaction_id())) << '\n';
    }
}

}  // namespace

int main(int argc, char** argv) {
    const auto config = howdah::parse_conninfo(argc > 1 ? argv[1] : "");
    howdah::blocking::connection db{config};
    db.run_script("drop table if exists example_payments; create table example_payments (amount int)");
    pay(db, config);

    // A server that goes away in the middle of COMMIT: a deferred trigger ends its own process.
    db.run_script("create or replace function example_die() returns trigger language plpgsql as $$ "
                  "begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$; "
                  "create constraint trigger dies after insert on example_payments deferrable initially deferred "
                  "for each row execute function example_die()");
    pay(db, config);

    db.reconnect();
    std::cout << db.fetch_one<int>("select count(*)::int from example_payments") << " payment\n";
    db.run_script("drop table example_payments; drop function example_die");
}
