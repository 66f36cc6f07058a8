// The server ends while callers have seen a part of an answer, or have given a part of their data: an error that says what
// is known, and never a part taken for the whole.
#include <csignal>
#include <functional>

#include "fault_driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server.hpp"

namespace howdah::test {
namespace {

enum class loss : std::uint8_t { terminated, restarted, backend_killed, server_killed };

// More than any socket's buffers hold; and few rows of it fill them, for the caller asks for each.
struct numbered {
    std::int64_t n = 0;
    std::string filling;
};
constexpr char endless[] = "select generate_series(1, 1000000000000) as n, repeat('x', 8000) as filling";

template <class T>
auto shared(T value) {
    return std::make_shared<T>(std::move(value));
}

template <class D>
class lost_midway : public with_driver<D> {
protected:
    using connection = typename D::connection;
    /// What is under way on a connection of its own, and what must be so when that is lost.
    struct work {
        std::shared_ptr<connection> db;
        std::function<void(loss)> check;
    };

    static void SetUpTestSuite() {
        own = std::make_unique<testing::server>();
        own->execute_sql("create table copied(x text); create table begun(x int); grant all on copied, begun to app");
    }
    static void TearDownTestSuite() { own.reset(); }

    std::shared_ptr<connection> connect() {
        std::shared_ptr<connection> made;
        // After a crash the server is away for a moment.
        const bool connected = testing::poll_until(testing::from_now(20s), [&] {
            return !error_of([&] { made = shared(this->driver.connect(own->dsn() + "?query_timeout=10s")); });
        });
        if (!connected) throw std::runtime_error{"the server did not come back"};
        return made;
    }

    work stream(std::uint32_t fetch_size) {
        auto db = connect();
        auto rows = shared(db->template stream<numbered>({.fetch_size = fetch_size}, endless));
        EXPECT_EQ(this->call(rows->next()).value().n, 1);
        return {db, [=, this](loss how) {
                    expect_end(*db, how, fate::unknown, [&, last = std::int64_t{1}]() mutable {
                        const auto row = this->call(rows->next());
                        if (row) {
                            EXPECT_EQ(row->n, ++last);
                        }
                        return row.has_value();
                    });
                }};
    }
    work copy_out() {
        auto db = connect();
        auto rows = shared(db->template copy_out<numbered>(endless));
        EXPECT_EQ(this->call(rows->next()).value().n, 1);
        return {db, [=, this](loss how) {
                    expect_end(*db, how, fate::unknown, [&] { return this->call(rows->next()).has_value(); });
                }};
    }
    work copy_in() {
        auto db = connect();
        auto in = shared(this->call(db->copy_in("copy copied from stdin")));
        const std::string line = std::string(64 << 10, 'x') + "\n";
        this->finish([&] { return in->write(line); });
        return {db, [=, this](loss how) {
                    expect_end(*db, how, fate::rejected, [&] {
                        this->finish([&] { return in->write(line); });
                        return true;
                    });
                    EXPECT_TRUE(error_of([&] { (void)this->call(in->finish()); })) << "it stays failed";
                    EXPECT_EQ(this->call(connect()->template fetch_one<int>("select count(*)::int from copied")), 0);
                }};
    }
    work stream_in_transaction() {
        auto db = connect();
        auto tx = shared(this->call(db->begin()));
        this->call(tx->execute("insert into begun values (1)"));
        auto rows = shared(tx->template stream<numbered>(endless));
        EXPECT_EQ(this->call(rows->next()).value().n, 1);
        return {db, [=, this](loss) {
                    EXPECT_TRUE(error_of([&] {
                        while (this->call(rows->next())) {}
                    }));
                    const auto e = error_of([&] { this->driver.commit(*tx); });
                    ASSERT_TRUE(e) << "a COMMIT that was never sent did not succeed";
                    EXPECT_EQ(e->fate(), fate::not_sent) << e->what();
                    EXPECT_EQ(this->call(connect()->template fetch_one<int>("select count(*)::int from begun")), 0);
                }};
    }

    /// `next` goes on while there is more, up to the error.
    template <class F>
    void expect_end(connection& db, loss how, enum fate fate, F next) {
        const auto e = error_of([&] {
            while (next()) {}
        });
        ASSERT_TRUE(e) << "what was cut short was taken for the whole";
        EXPECT_EQ(e->fate(), fate) << e->what();
        // One that is busy sending rows has no place for a last word.
        if (e->server() != nullptr) {
            EXPECT_NE(how, loss::backend_killed) << "SIGKILL leaves no time for words: " << e->what();
            EXPECT_EQ(e->state().category(), "57") << e->what();
        } else {
            EXPECT_EQ(e->code(), errc::connection_closed) << e->what();
        }
        EXPECT_TRUE(error_of([&] { this->call(db.execute("select 1")); })) << "nothing follows a last word";
        EXPECT_FALSE(db.open());
    }
    static void lose(std::span<const work> all, loss how) {
        switch (how) {
            case loss::terminated:
                for (const auto& w : all) own->terminate_backend(static_cast<std::int32_t>(w.db->process_id()));
                return;
            case loss::restarted: own->restart(); return;
            case loss::backend_killed:  // and the server ends the others
                EXPECT_EQ(::kill(static_cast<pid_t>(all.front().db->process_id()), SIGKILL), 0);
                return;
            case loss::server_killed:
                own->kill9();
                own->start();
                return;
        }
    }

    inline static std::unique_ptr<testing::server> own;
};
TYPED_TEST_SUITE(lost_midway, both_drivers);

TYPED_TEST(lost_midway, streams_and_copies_end_with_an_error_however_the_server_is_lost) {
    for (const auto how : {loss::terminated, loss::restarted, loss::backend_killed, loss::server_killed}) {
        SCOPED_TRACE(static_cast<int>(how));
        const std::vector all{this->stream(0), this->stream(100), this->copy_out(), this->copy_in(),
                              this->stream_in_transaction()};
        this->lose(all, how);
        for (const auto& w : all) w.check(how);
        if (this->HasFailure()) return;
    }
}

}  // namespace
}  // namespace howdah::test
