// What a user writes: a program with tests whose database is a cassette.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "howdah/howdah.hpp"
#include "howdah/sim/gtest/cassette.hpp"

namespace {

class orders : public howdah::testing::cassette {
protected:
    orders() : cassette{std::getenv("ORDERS_CASSETTES"), "postgresql://nobody@nowhere.invalid/none"} {}
};

TEST_F(orders, are_counted) {
    // By default what was recorded; a changed program asks for something else.
    const char* changed = std::getenv("ORDERS_MOST");
    const int most = changed == nullptr ? 3 : std::stoi(changed);
    howdah::blocking::connection db{howdah::parse_conninfo(conninfo())};
    EXPECT_EQ(db.fetch_one<std::int64_t>("select count(*) from generate_series(1, $1)", most), most);
}

TEST_F(orders, are_put_in_a_transaction) {
    howdah::blocking::connection db{howdah::parse_conninfo(conninfo())};
    db.execute("create temporary table sim_orders (id int)");
    const auto added = db.in_transaction([](howdah::blocking::transaction& tx) {
        return tx.execute("insert into sim_orders values ($1)", 1).rows_affected;
    });
    EXPECT_EQ(added, 1U);
    if (std::getenv("ORDERS_UNCOUNTED") == nullptr) {
        EXPECT_EQ(db.fetch_one<std::int64_t>("select count(*) from sim_orders"), 1);
    }
}

}  // namespace
