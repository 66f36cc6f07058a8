// Many clients on few connections to the server: each gets its own answers, whatever the others do and break.
#include <atomic>
#include <chrono>

#include "howdah/base/generated/sqlstates.hpp"
#include "pooler.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;
using ::testing::PrintToString;

constexpr int many = 50, rounds = 40;
constexpr std::uint32_t few = 3;

std::string joined(const std::vector<std::string>& failures) {
    std::string out = std::to_string(failures.size()) + " clients failed";
    for (const auto& f : failures) out.append("\n").append(f);
    return out;
}

// Three statements whose columns differ in type and number, so that one read by another's description would be noticed.
// With parameters their texts are the same for all clients, without them they are each client's own.
struct answers {
    int client, round;
    std::string text() const { return "client " + std::to_string(client) + " round " + std::to_string(round); }
    std::int64_t number() const { return client * 1'000'000LL + round; }
    std::pair<int, std::string> pair() const { return {client, text()}; }
    unsafe_sql text_literally() const { return unsafe_sql{"select '" + text() + "'"}; }
    unsafe_sql number_literally() const { return unsafe_sql{"select " + std::to_string(number()) + "::int8"}; }
    unsafe_sql pair_literally() const { return unsafe_sql{"select " + std::to_string(client) + ", '" + text() + "'"}; }
};

std::atomic<int> right{0}, wrong{0};

void judge(bool is_right) { ++(is_right ? right : wrong); }

struct blocking_clients {
    void operator()(const client<blocking::connection>& c, bool parameters) const {
        for (int i = 0; i < rounds; ++i) {
            const answers a{c.number, i};
            if (parameters) {
                judge(c.db.fetch_one<std::string>("select $1::text", a.text()) == a.text());
                judge(c.db.fetch_one<std::int64_t>("select $1::int8", a.number()) == a.number());
                judge(c.db.fetch_one<std::pair<int, std::string>>("select $1::int, $2::text", a.client, a.text()) ==
                      a.pair());
            } else {
                judge(c.db.fetch_one<std::string>(a.text_literally()) == a.text());
                judge(c.db.fetch_one<std::int64_t>(a.number_literally()) == a.number());
                judge(c.db.fetch_one<std::pair<int, std::string>>(a.pair_literally()) == a.pair());
            }
        }
    }
};

struct async_clients {
    awaitable<void> operator()(client<connection> c, bool parameters) const {
        for (int i = 0; i < rounds; ++i) {
            const answers a{c.number, i};
            const auto text = a.text();
            if (parameters) {
                judge(co_await c.db.fetch_one<std::string>("select $1::text", text) == text);
                judge(co_await c.db.fetch_one<std::int64_t>("select $1::int8", a.number()) == a.number());
                judge(co_await c.db.fetch_one<std::pair<int, std::string>>("select $1::int, $2::text", a.client,
                                                                           text) == a.pair());
            } else {
                judge(co_await c.db.fetch_one<std::string>(a.text_literally()) == text);
                judge(co_await c.db.fetch_one<std::int64_t>(a.number_literally()) == a.number());
                judge(co_await c.db.fetch_one<std::pair<int, std::string>>(a.pair_literally()) == a.pair());
            }
        }
    }
};

template <class Driver, class Clients>
void fifty_clients_ask(Driver driver, const Clients& clients) {
    for (const auto& w : ways) {
        SCOPED_TRACE(PrintToString(w));
        const pgbouncer pooler{testing::shared_server(), {.pool_mode = w.pooled, .default_pool_size = few}};
        right = wrong = 0;
        const auto failures = run_clients(driver, dsn_of(pooler, w.keywords()), many,
                                          [&](const auto& c) { return clients(c, w.takes_parameters()); });
        EXPECT_EQ(failures.size(), 0u) << joined(failures);
        EXPECT_EQ(right, many * rounds * 3);
        EXPECT_EQ(wrong, 0);
        EXPECT_LE(server_connections(pooler), few);
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
    const pgbouncer pooler{testing::shared_server(), {.default_pool_size = few}};
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
