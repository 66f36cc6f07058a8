// Two writers count one counter up at once. The server refuses what would not be serializable, and in_transaction runs
// it again, a little later each time.

#include <howdah/howdah.hpp>

#include <iostream>
#include <thread>

void count_up(howdah::blocking::connection& db, int times, int& attempts) {
    const howdah::transaction_options options{.isolation = howdah::isolation_level::serializable, .max_attempts = 100};
    for (int i = 0; i < times; ++i) {
        db.in_transaction(options, [&](howdah::blocking::transaction& tx) {
            ++attempts;  // the body may run more than once: what it does outside of the database, it does again
            const auto n = tx.fetch_one<int>("select n from example_counter");
            tx.execute("update example_counter set n = $1", n + 1);
        });
    }
}

int main(int argc, char** argv) {
    const auto config = howdah::parse_conninfo(argc > 1 ? argv[1] : "");
    howdah::blocking::connection a{config}, b{config};
    a.run_script("drop table if exists example_counter; create table example_counter (n int not null); "
                 "insert into example_counter values (0)");

    int attempts_of_a = 0, attempts_of_b = 0;
    std::thread other{[&] { count_up(b, 50, attempts_of_b); }};
    count_up(a, 50, attempts_of_a);
    other.join();

    std::cout << "counted to " << a.fetch_one<int>("select n from example_counter") << " in "
              << attempts_of_a + attempts_of_b << " attempts\n";
    a.execute("drop table example_counter");
}
