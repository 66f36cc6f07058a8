// A password that changes behind a PgBouncer, which knows one at a time and refuses all others.
#include <atomic>

#include "howdah/auth/callback_credentials.hpp"
#include "howdah/auth/static_credentials.hpp"
#include "howdah/pool/blocking_pool.hpp"
#include "howdah/pool/pool.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server.hpp"
#include "pooler.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;
using testing::from_now, testing::poll_until;

constexpr auto soon = 20s;
constexpr std::uint32_t whole = 3;
constexpr char new_password[] = "rotated-behind-the-pooler";

/// A server and a pooler of the test's own, and what asks through them.
class rotation_behind_a_pooler : public ::testing::Test {
protected:
    testing::server server;
    pgbouncer pooler{server.address(), {.pool_mode = pool_mode::transaction, .default_pool_size = 2}};
    std::shared_ptr<static_credentials> provider =
        std::make_shared<static_credentials>(secret_string{server.password()});
    std::atomic<int> served = 0, failed = 0;
    std::stop_source enough;

    connection_config config() const {
        auto c = parse_conninfo(dsn_of(pooler, "statement_mode=unnamed"));
        c.credentials = provider;
        return c;
    }
    static pool_options options() { return {.min_connections = whole, .max_connections = whole}; }
    void rotate() {
        (void)server.execute_sql(std::string{"alter role app password '"} + new_password + "'");
        pooler.change_password(secret_string{new_password});
    }
    /// While calls are made: the rotation, and then the provider's word. `db` is a pool of either driver.
    template <class Pool>
    void rotate_under(Pool& db) {
        ASSERT_TRUE(poll_until(from_now(soon), [&] { return served > 50; }));
        rotate();
        const int at_rotation = served;
        EXPECT_TRUE(poll_until(from_now(soon), [&] { return served > at_rotation + 50; })) << "what is open stays open";
        provider->change(secret_string{new_password});
        EXPECT_TRUE(poll_until(from_now(soon), [&] { return db.status().opened >= 2 * whole; }))
            << db.status().opened << " were opened";
        const int at_end = served;
        EXPECT_TRUE(poll_until(from_now(soon), [&] { return served > at_end + 50; }));
        EXPECT_EQ(failed, 0);
    }
};

TEST_F(rotation_behind_a_pooler, reaches_no_caller_of_a_blocking_pool) {
    blocking::pool db{config(), options()};
    {
        std::vector<std::jthread> callers;
        for (std::uint32_t i = 0; i < whole; ++i)
            callers.emplace_back([&](const std::stop_token& stop) {
                while (!stop.stop_requested()) {
                    try {
                        served += db.fetch_one<int>("select $1::int", 5) == 5;
                    } catch (const error& e) {
                        ++failed;
                        ADD_FAILURE() << e.what();
                    }
                }
            });
        rotate_under(db);
    }
    EXPECT_TRUE(db.close(soon));
}

TEST_F(rotation_behind_a_pooler, reaches_no_caller_of_an_async_pool) {
    boost::asio::io_context io{1};
    pool db{io.get_executor(), config(), options()};
    std::uint32_t left = whole;
    const auto caller = [&]() -> awaitable<void> {
        while (!enough.stop_requested()) {
            try {
                served += co_await db.fetch_one<int>("select $1::int", 5) == 5;
            } catch (const error& e) {
                ++failed;
                ADD_FAILURE() << e.what();
            }
        }
        if (--left == 0) co_await db.close();
    };
    for (std::uint32_t i = 0; i < whole; ++i) boost::asio::co_spawn(io, caller(), [](std::exception_ptr) {});
    std::jthread loop{[&] { io.run(); }};
    rotate_under(db);
    enough.request_stop();
}

// PgBouncer says 08P01 to a wrong password.
TEST_F(rotation_behind_a_pooler, is_found_out_where_the_provider_is_late) {
    const auto late =
        std::make_shared<callback_credentials>([&](const credential_request&) { return provider->password({}); });
    late->on_refused([&](const credential_request&) { provider->change(secret_string{new_password}); });
    auto c = config();
    c.credentials = late;
    rotate();
    blocking::connection db{c};
    EXPECT_EQ(db.fetch_one<int>("select $1::int", 7), 7);
}

}  // namespace
}  // namespace howdah::test
