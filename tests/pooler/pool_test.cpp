// A pool through a PgBouncer: two pools in a row, each with limits of its own.
#include "howdah/pool/blocking_pool.hpp"
#include "howdah/testing/polling.hpp"
#include "pooler.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

constexpr int threads = 8, calls_each = 100;

connection_config through(const pgbouncer& pooler, const way& w) {
    return parse_conninfo(dsn_of(pooler, w.keywords()));
}

TEST(pool_through_a_pooler, gives_each_caller_its_own_answers_in_every_way) {
    for (const auto& w : ways) {
        SCOPED_TRACE(::testing::PrintToString(w));
        const pgbouncer pooler{testing::shared_server(), {.pool_mode = w.pooled, .default_pool_size = 2}};
        // In session mode one more than the pooler has would wait for as long as the others are open.
        const std::uint32_t most = w.pooled == pool_mode::session ? 2 : 4;
        blocking::pool db{through(pooler, w), {.max_connections = most}};
        std::atomic<int> right = 0;
        {
            std::vector<std::jthread> callers;
            for (int t = 0; t < threads; ++t)
                callers.emplace_back([&, t] {
                    for (int i = 0; i < calls_each; ++i) {
                        const int n = t * calls_each + i;
                        right +=
                            n == (w.takes_parameters() ? db.fetch_one<int>("select $1::int", n)
                                                       : db.fetch_one<int>(unsafe_sql{"select " + std::to_string(n)}));
                    }
                });
        }
        EXPECT_EQ(right, threads * calls_each);
        const auto s = db.status();
        EXPECT_LE(s.size, most);
        EXPECT_EQ(s.in_use + s.waiting, 0u);
        EXPECT_LE(server_connections(pooler), 2u);
        EXPECT_TRUE(db.close(10s));
    }
}

// Behind a pooler a cancel can't be fenced: such a connection is closed, and the pool replaces it.
TEST(pool_through_a_pooler, replaces_connections_whose_calls_ran_out_of_time) {
    const pgbouncer pooler{testing::shared_server(), {.default_pool_size = 3}};
    blocking::pool db{parse_conninfo(dsn_of(pooler, "statement_mode=unnamed")), {.max_connections = 3}};
    std::atomic<int> out_of_time = 0, right = 0;
    {
        std::vector<std::jthread> callers;
        for (int t = 0; t < threads; ++t)
            callers.emplace_back([&, t] {
                for (int i = 0; i < 10; ++i) {
                    if (t < 2) {
                        try {
                            db.with({.timeout = 1s}).execute("select pg_sleep(60)");
                        } catch (const error& e) {
                            out_of_time += e.code() == errc::timed_out;
                        }
                        return;
                    }
                    right += db.fetch_one<int>("select $1::int", i) == i;
                }
            });
    }
    EXPECT_EQ(out_of_time, 2);
    EXPECT_EQ(right, (threads - 2) * 10);
    EXPECT_TRUE(testing::poll_until(testing::from_now(20s), [&] {
        const auto s = db.status();
        return s.in_use == 0 && s.idle == s.size;
    }));
    EXPECT_EQ(db.fetch_one<int>("select 1"), 1);
}

TEST(pool_through_a_pooler, cleans_what_a_session_has_set) {
    const pgbouncer pooler{testing::shared_server(), {.pool_mode = pool_mode::session}};
    blocking::pool db{parse_conninfo(dsn_of(pooler, "statement_mode=unnamed")),
                      {.max_connections = 1, .on_return = recycle::clean}};
    db.execute("set work_mem = '7MB'");
    EXPECT_NE(db.fetch_one<std::string>("show work_mem"), "7MB");
    EXPECT_EQ(db.status().opened, 1u);
}

}  // namespace
}  // namespace howdah::test
