// in_transaction commits when its function returns, rolls back when it throws, and runs it again when the server asks
// for that.

#include <howdah/howdah.hpp>

#include <iostream>
#include <stdexcept>

void transfer(howdah::blocking::connection& db, int from, int to, int amount) {
    const howdah::transaction_options options{.isolation = howdah::isolation_level::serializable, .max_attempts = 5};
    db.in_transaction(options, [&](howdah::blocking::transaction& tx) {
        const auto left = tx.fetch_one<int>(
            "update accounts set balance = balance - $2 where id = $1 returning balance", from, amount);
        tx.execute("update accounts set balance = balance + $2 where id = $1", to, amount);
        if (left < 0) throw std::runtime_error{"not enough money"};
    });
}

int main(int argc, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};
    db.execute("create temp table accounts (id int primary key, balance int not null)");
    db.execute("insert into accounts values (1, 100), (2, 0)");

    transfer(db, 1, 2, 70);
    try {
        transfer(db, 1, 2, 70);
    } catch (const std::runtime_error& e) {
        std::cout << "rolled back: " << e.what() << '\n';
    }
    std::cout << "balances: " << db.fetch_one<int>("select balance from accounts where id = 1") << " and "
              << db.fetch_one<int>("select balance from accounts where id = 2") << '\n';

    // By hand; what goes out of scope without commit() is rolled back.
    auto tx = db.begin();
    tx.execute("update accounts set balance = 0");
    tx.rollback();
}
