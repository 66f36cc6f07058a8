// The network breaks while a client logs in, turns bits, or says nothing any more. What it does to each verb:
// cut_verbs_test.cpp.
#include "cut.hpp"

namespace howdah::test {
namespace {

TYPED_TEST_SUITE(cut, both_drivers);

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
