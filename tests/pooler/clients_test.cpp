// Many clients on few connections to the server: each gets its own answers, whatever the others do and break.
#include "clients.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

using ::testing::PrintToString;

template <class Driver, class Clients>
void fifty_clients_ask(Driver driver, const Clients& clients) {
    for (const auto& w : ways) {
        SCOPED_TRACE(PrintToString(w));
        const pgbouncer pooler{testing::shared_server(), {.pool_mode = w.pooled, .default_pool_size = few_servers}};
        ask_at_once(driver, dsn_of(pooler, w.keywords()), clients,
                    w.takes_parameters() ? values::as_parameters : values::in_the_text);
        EXPECT_LE(server_connections(pooler), few_servers);
    }
}

TEST(fifty_clients, of_the_blocking_driver_on_three_server_connections_get_each_its_own_answers) {
    fifty_clients_ask(blocking_driver{}, blocking_clients{});
}

TEST(fifty_clients, of_the_async_driver_on_three_server_connections_get_each_its_own_answers) {
    fifty_clients_ask(async_driver{}, async_clients{});
}

// What a transaction sets is its own, though the next one of another client runs on the same server connection.
TEST(fifty_clients, in_transactions_see_nothing_of_each_other) {
    const pgbouncer pooler{testing::shared_server(), {.default_pool_size = few_servers}};
    blocking_driver driver;
    right = wrong = 0;
    const auto failures =
        run_clients(driver, dsn_of(pooler, "statement_mode=unnamed"), many, [](const client<blocking::connection>& c) {
            for (int i = 0; i < 10; ++i) {
                const auto mine = answers{c.number, i}.text();
                c.db.in_transaction([&](blocking::transaction& tx) {
                    judge(tx.fetch_one<std::string>("select coalesce(current_setting('howdah.who', true), '')") == "");
                    tx.execute("select set_config('howdah.who', $1, true)", mine);
                    judge(tx.fetch_one<std::string>("select current_setting('howdah.who')") == mine);
                });
            }
        });
    EXPECT_EQ(failures.size(), 0u) << joined(failures);
    EXPECT_EQ(right, many * 10 * 2);
    EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace howdah::test
