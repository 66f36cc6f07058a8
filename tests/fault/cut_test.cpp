// The network breaks after every single byte of small exchanges, in both directions, between a real client and a real
// server. Nobody may hang, and nobody may be told what is not so.
#include <unistd.h>

#include <array>

#include "fault_driver.hpp"
#include "proxy.hpp"

namespace howdah::test {
namespace {

const char* name(direction d) { return d == direction::to_server ? "to the server" : "to the client"; }

template <class D>
class cut : public ::testing::Test {
public:  // member pointers to its exchanges are taken by the tests
    using connection = typename D::connection;
    using transaction = typename D::transaction;
    /// Does something with row number `key`; throws error, or fails the test if the answer is not the right one.
    using exchange = void (cut::*)(connection&, int key);

    D driver;
    blocking::connection witness{parse_conninfo(dsn())};
    proxy between{testing::shared_server().port()};
    int last_key = 0;

    // The table is named in the session's search_path, so that statements are literals.
    std::string schema = "fault_" + std::to_string(::getpid());
    std::string through = dsn_through(between.port()) + "&options=-csearch_path%3D" + schema;

    void SetUp() override {
        witness.execute(unsafe_sql{"create schema " + schema});
        witness.execute(unsafe_sql{"set search_path = " + schema});
        witness.execute("create table t(x int)");
    }
    void TearDown() override { witness.execute(unsafe_sql{"drop schema " + schema + " cascade"}); }

    void selects(connection& db, int) {
        const auto r = driver.call(db.query("select 7 as n"));
        EXPECT_EQ(r.size(), 1u);
        EXPECT_EQ(r[0]["n"].template as<int>(), 7);
    }
    void fetches(connection& db, int key) {
        EXPECT_EQ(driver.call(db.template fetch_one<std::string>("select 'r' || $1::int", key)),
                  "r" + std::to_string(key));
    }
    void inserts(connection& db, int key) {
        EXPECT_EQ(driver.call(db.execute("insert into t values ($1)", key)).rows_affected, 1u);
    }
    void inserts_in_pipeline(connection& db, int key) {
        pipeline p;
        const auto inserted = p.execute("insert into t values ($1)", key);
        const auto found = p.template fetch_one<int>("select x from t where x = $1", key);
        driver.run(db, p);
        EXPECT_EQ(p.take(inserted).rows_affected, 1u);
        EXPECT_EQ(p.take(found), key);
    }
    void inserts_in_script(connection& db, int key) {
        const auto text = "insert into t values (" + std::to_string(key) + "); select 8 as n";
        const auto results = driver.call(db.run_script(unsafe_sql{text}));
        ASSERT_EQ(results.size(), 2u);
        EXPECT_EQ(results[0].rows_affected(), 1u);
        EXPECT_EQ(results[1][0][0].template as<int>(), 8);
    }
    bool committing = false;
    void inserts_in_transaction(connection& db, int key) {
        committing = false;
        auto tx = driver.call(db.begin());
        EXPECT_EQ(driver.call(tx.execute("insert into t values ($1)", key)).rows_affected, 1u);
        committing = true;
        driver.commit(tx);
    }

    bool is_there(int key) { return witness.fetch_one<bool>("select exists(select from t where x = $1)", key); }

    void expect_honest(const std::optional<error>& e, int key, bool writes) {
        if (!writes) {
            if (e) {
                EXPECT_TRUE(e->fate() == fate::unknown || e->fate() == fate::not_sent)
                    << to_string(e->fate()) << ": " << e->what();
            }
        } else if (!e || e->fate() == fate::executed) {
            EXPECT_TRUE(is_there(key)) << "said to be done";
        } else if (e->fate() == fate::not_sent || e->fate() == fate::rejected) {
            EXPECT_FALSE(is_there(key)) << to_string(e->fate()) << ": " << e->what();
        } else if (e->fate() == fate::commit_unknown) {
            EXPECT_TRUE(committing) << e->what();
        } else {
            EXPECT_FALSE(committing) << "a lost COMMIT is commit_unknown, not " << to_string(e->fate()) << ": "
                                     << e->what();
        }
    }
    void expect_usable_or_closed(connection& db) {
        std::optional<int> answer;
        const auto e = error_of([&] { answer = driver.call(db.template fetch_one<int>("select 40 + $1::int", 2)); });
        if (e) {
            EXPECT_FALSE(db.open()) << e->what();
        } else {
            EXPECT_EQ(answer, 42);
        }
    }

    /// One exchange on a new connection, broken by `f`. What went through it, by direction.
    void run_broken(exchange what, bool writes, std::optional<fault> f) {
        in_time([&] {
            between.arm(std::nullopt);
            auto db = driver.connect(through);
            between.arm(f);
            const auto key = 1'000'000 + ++last_key;  // all as long as each other
            committing = false;
            const auto failure = error_of([&] { (this->*what)(db, key); });
            expect_honest(failure, key, writes);
            if (f) {
                expect_usable_or_closed(db);
            } else {
                EXPECT_FALSE(failure) << failure->what();
            }
        });
    }
    void break_everywhere(exchange what, bool writes) {
        run_broken(what, writes, std::nullopt);
        const std::array totals{between.passed(direction::to_server), between.passed(direction::to_client)};
        for (const auto where : {direction::to_server, direction::to_client}) {
            const auto total = totals[static_cast<std::size_t>(where)];
            ASSERT_GT(total, 0u);
            for (std::uint64_t after = 0; after <= total; ++after) {
                SCOPED_TRACE("after " + std::to_string(after) + " of " + std::to_string(total) + " bytes " +
                             name(where));
                run_broken(what, writes, fault{where, after, after % 2 == 0 ? breakdown::close : breakdown::reset});
                if (this->HasFailure()) return;
            }
        }
    }
};
TYPED_TEST_SUITE(cut, both_drivers);

TYPED_TEST(cut, a_query) { this->break_everywhere(&TestFixture::selects, false); }
TYPED_TEST(cut, a_fetch_one) { this->break_everywhere(&TestFixture::fetches, false); }
TYPED_TEST(cut, an_execute) { this->break_everywhere(&TestFixture::inserts, true); }
TYPED_TEST(cut, a_pipeline) { this->break_everywhere(&TestFixture::inserts_in_pipeline, true); }
TYPED_TEST(cut, a_script) { this->break_everywhere(&TestFixture::inserts_in_script, true); }
TYPED_TEST(cut, a_transaction_with_its_commit) { this->break_everywhere(&TestFixture::inserts_in_transaction, true); }

TYPED_TEST(cut, a_startup) {
    constexpr std::uint64_t stride = 7;  // each login costs both sides a SCRAM exchange
    this->between.arm(std::nullopt);
    const auto whole = this->driver.connect(this->through);
    const std::array totals{this->between.passed(direction::to_server), this->between.passed(direction::to_client)};
    for (const auto where : {direction::to_server, direction::to_client}) {
        for (std::uint64_t after = 0; after < totals[static_cast<std::size_t>(where)]; after += stride) {
            SCOPED_TRACE("after " + std::to_string(after) + " bytes " + name(where));
            in_time([&] {
                this->between.arm(fault{where, after, after % 2 == 0 ? breakdown::close : breakdown::reset});
                const auto e = error_of([&] { (void)this->driver.connect(this->through); });
                ASSERT_TRUE(e) << "it connected";
                EXPECT_EQ(e->fate(), fate::not_sent);
                EXPECT_EQ(e->phase(), phase::authenticate);
                EXPECT_EQ(std::string{e->what()}.find(testing::shared_server().password()), std::string::npos);
            });
            if (this->HasFailure()) return;
        }
    }
}

TYPED_TEST(cut, bytes_one_by_one_or_in_other_pieces_are_no_different) {
    this->between.set(pace::byte_by_byte);
    auto db = this->driver.connect(this->through);
    this->selects(db, 1);
    this->fetches(db, 1);
    this->inserts(db, 2);
    this->inserts_in_pipeline(db, 3);
    this->between.set(pace::in_pieces);
    this->inserts_in_script(db, 4);
    this->inserts_in_transaction(db, 5);
    const auto e = error_of([&] { this->driver.call(db.query("select 1/0")); });
    ASSERT_TRUE(e);
    EXPECT_EQ(e->fate(), fate::rejected);
    const auto all = this->driver.call(db.template fetch_all<int>("select x from t order by x"));
    EXPECT_EQ(all, (std::vector{2, 3, 4, 5}));
    EXPECT_EQ(this->driver.call(db.template fetch_one<std::string>("select repeat('x', 3000)")),
              std::string(3000, 'x'));
}

// What a flipped bit turns an answer into can't be told without TLS; but nobody may hang or crash, and the connection
// must answer or be closed.
TYPED_TEST(cut, a_flipped_bit_ends_in_an_answer_or_an_error) {
    constexpr std::uint64_t stride = 3;
    const auto impatient = this->through + "&query_timeout=150ms&cancel_grace=150ms";
    this->between.arm(std::nullopt);
    std::uint64_t total = 0;
    for (std::uint64_t at = 0; at == 0 || at < total; at += stride) {
        SCOPED_TRACE("byte " + std::to_string(at));
        in_time([&] {
            this->between.arm(std::nullopt);
            auto db = this->driver.connect(impatient);
            this->between.arm(fault{direction::to_client, at, breakdown::flip});
            (void)error_of([&] { (void)this->driver.call(db.query("select 7 as n, 'seven' as t")); });
            if (at == 0) total = this->between.passed(direction::to_client);
            this->between.arm(std::nullopt);
            const auto e = error_of([&] { (void)this->driver.call(db.query("select 8 as n")); });
            EXPECT_TRUE(!e || !db.open()) << e->what();
        });
        if (this->HasFailure()) return;
    }
    EXPECT_GT(total, 50u);
}

TYPED_TEST(cut, under_tls_a_flipped_bit_is_noticed) {
    auto tls = this->through;
    tls.replace(tls.find("sslmode=disable"), 15, "sslmode=require");
    for (std::uint64_t at = 0; at < 60; at += 7) {
        SCOPED_TRACE("byte " + std::to_string(at));
        in_time([&] {
            this->between.arm(std::nullopt);
            auto db = this->driver.connect(tls + "&query_timeout=300ms&cancel_grace=300ms");
            this->between.arm(fault{direction::to_client, at, breakdown::flip});
            const auto e = error_of([&] { (void)this->driver.call(db.query("select 7 as n, repeat('x', 100) as t")); });
            ASSERT_TRUE(e);
            EXPECT_EQ(e->fate(), fate::unknown) << e->what();
            EXPECT_FALSE(db.open());
        });
        if (this->HasFailure()) return;
    }
}

// The cancel gets through by a connection of its own, and its answer does not.
TYPED_TEST(cut, a_stalled_answer_times_out) {
    for (const auto where : {direction::to_server, direction::to_client}) {
        SCOPED_TRACE(name(where));
        in_time([&] {
            auto db = this->driver.connect(this->through + "&query_timeout=200ms&cancel_grace=300ms");
            this->between.arm(fault{where, 9, breakdown::stall});
            const auto e = error_of([&] { this->driver.call(db.query("select 7 as n")); });
            ASSERT_TRUE(e);
            EXPECT_EQ(e->code(), errc::timed_out) << e->what();
            EXPECT_EQ(e->fate(), fate::unknown);
            EXPECT_FALSE(db.open());
        });
        this->between.arm(std::nullopt);
    }
}

TYPED_TEST(cut, a_stalled_login_times_out) {
    in_time([&] {
        this->between.arm(fault{direction::to_client, 30, breakdown::stall});
        const auto e = error_of([&] { (void)this->driver.connect(this->through + "&connect_timeout=1"); });
        ASSERT_TRUE(e);
        EXPECT_EQ(e->code(), errc::timed_out) << e->what();
        EXPECT_EQ(e->phase(), phase::authenticate);
    });
}

}  // namespace
}  // namespace howdah::test
