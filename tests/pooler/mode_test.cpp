// Each mode of pooling with each way in which statements may travel through it.
#include "howdah/base/generated/sqlstates.hpp"
#include "pooler.hpp"

namespace howdah::test {
namespace {

template <class D>
class pooled : public on_both_drivers<D> {
protected:
    /// Runs `body(connection, way)` in every way.
    template <class Body>
    void in_every_way(Body body) {
        for (const auto& w : ways) {
            SCOPED_TRACE(::testing::PrintToString(w));
            const pgbouncer pooler{testing::shared_server(), {.pool_mode = w.pooled}};
            auto mine = this->driver.connect(dsn_of(pooler, w.keywords()));
            body(mine, w);
        }
    }
};
TYPED_TEST_SUITE(pooled, both_drivers);

TYPED_TEST(pooled, a_statement_gives_the_same_on_its_first_and_on_later_uses) {
    this->in_every_way([&](auto& mine, const way& w) {
        for (int i = 0; i < 3; ++i) {
            using pair = std::pair<int, std::string>;
            EXPECT_EQ(this->call(mine.template fetch_all<pair>(
                          "select g, repeat('x', g) from generate_series(1, 2) g order by 1")),
                      (std::vector<pair>{{1, "x"}, {2, "xx"}}));
            const auto r = this->call(mine.query("select 7::int8 as a, null::text as b"));
            EXPECT_EQ(r[0]["a"].template as<int>(), 7);
            EXPECT_TRUE(r[0]["b"].is_null());
            EXPECT_EQ(this->call(mine.execute("select from generate_series(1, 3)")).rows_affected, 3u);
            if (!w.takes_parameters()) continue;
            EXPECT_EQ(this->call(mine.template fetch_one<std::int64_t>("select $1::int8 + 1", i)), i + 1);
            EXPECT_EQ(this->call(mine.template fetch_optional<std::string>("select $1::text where $2", "x", i == 1)),
                      i == 1 ? std::optional<std::string>{"x"} : std::nullopt);
        }
    });
}

TYPED_TEST(pooled, an_error_leaves_the_connection_usable) {
    this->in_every_way([&](auto& mine, const way&) {
        EXPECT_EQ(this->failure_of([&] { return this->call(mine.execute("select 1/0")); }).state(), division_by_zero);
        EXPECT_EQ(this->call(mine.template fetch_one<int>("select 5")), 5);
    });
}

TYPED_TEST(pooled, a_transaction_is_one_where_the_pooler_allows_it_and_refused_where_not) {
    this->in_every_way([&](auto& mine, const way& w) {
        auto tx = this->call(mine.begin());
        const auto run = [&] {
            this->call(tx.execute("set local application_name = 'inside'"));
            return this->call(tx.template fetch_one<std::string>("show application_name"));
        };
        if (w.takes_transactions()) {
            EXPECT_EQ(run(), "inside");
            this->driver.commit(tx);
            EXPECT_NE(this->call(mine.template fetch_one<std::string>("show application_name")), "inside");
        } else {
            const auto e = this->failure_of(run);
            EXPECT_EQ(e.state(), protocol_violation) << e.what();
            EXPECT_EQ(e.fate(), fate::rejected);
            EXPECT_NE(std::string{e.what()}.find("statement pooling mode"), std::string::npos) << e.what();
        }
    });
}

TYPED_TEST(pooled, a_pipeline_is_all_or_nothing_in_mode_unnamed_and_refused_in_mode_simple) {
    this->in_every_way([&](auto& mine, const way& w) {
        pipeline steps;
        const auto one = steps.template fetch_one<int>("select 1");
        const auto two = steps.template fetch_one<int>("select 2");
        if (w.takes_parameters()) {
            this->driver.run(mine, steps);
            EXPECT_EQ(steps.take(one) + steps.take(two), 3);
        } else {
            const auto e = this->failure_of([&] { return this->driver.run(mine, steps), 0; });
            EXPECT_EQ(e.code(), errc::wrong_statement_kind);
            EXPECT_EQ(e.fate(), fate::not_sent);
        }
    });
}

TYPED_TEST(pooled, a_parameter_in_mode_simple_is_refused_before_it_is_sent) {
    this->in_every_way([&](auto& mine, const way& w) {
        if (w.takes_parameters()) return;
        const auto e = this->failure_of([&] { return this->call(mine.template fetch_one<int>("select $1::int", 5)); });
        EXPECT_EQ(e.code(), errc::wrong_statement_kind);
        EXPECT_EQ(e.fate(), fate::not_sent);
        EXPECT_NE(std::string{e.what()}.find("unnamed"), std::string::npos) << e.what();
        EXPECT_EQ(this->call(mine.template fetch_one<int>("select 5")), 5);
    });
}

// In mode simple all comes as text; the direct connection has it in binary.
TYPED_TEST(pooled, values_read_from_text_are_those_read_from_binary) {
    using numbers = std::tuple<bool, std::int16_t, std::int64_t, double, float, decimal, char>;
    using times = std::tuple<date, time_of_day, time_with_zone, timestamp, timestamptz, interval>;
    using others = std::tuple<std::string, std::vector<std::byte>, uuid, json, lsn, std::optional<int>>;
    using shapes = std::tuple<std::vector<int>, std::vector<std::optional<std::string>>, array<int>, range<int>>;
    const auto same = [&]<class T>(auto& mine, const char* text) {
        auto by_text = this->call(mine.template fetch_one<T>(unsafe_sql{text}));
        auto by_binary = this->call(this->db.template fetch_one<T>(unsafe_sql{text}));
        EXPECT_TRUE(by_text == by_binary) << text;
    };
    this->in_every_way([&](auto& mine, const way&) {
        same.template operator()<numbers>(mine,
                                          "select true, (-32768)::int2, 9223372036854775807::int8, 0.1::float8, "
                                          "'-infinity'::float4, -123456789012345678901234567890.000100, 'c'::\"char\"");
        same.template operator()<times>(mine,
                                        "select date '0044-03-15 BC', time '23:59:59.999999', timetz '01:02:03+05:30', "
                                        "timestamp '2024-02-29 12:00:00.5', timestamptz 'infinity', "
                                        "interval '-1 year 2 days 3:04:05.6'");
        same.template operator()<others>(mine,
                                         "select 'Grüße'::text, '\\x00ff5c'::bytea, "
                                         "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, '{\"k\": [1, null]}'::jsonb, "
                                         "'16/B374D848'::pg_lsn, null::int");
        same.template operator()<shapes>(mine, "select array[1, -2, 3], array['a,b', null, '\"q\"', ''], "
                                               "'[2:3][0:1]={{1,2},{3,4}}'::int[], '[1,10)'::int4range");
    });
}

TYPED_TEST(pooled, the_role_of_the_server_is_found_out_through_the_pooler) {
    const pgbouncer pooler{testing::shared_server()};
    EXPECT_TRUE(this->driver.connect(dsn_of(pooler, "target_session_attrs=primary")).open());
    const auto e =
        this->failure_of([&] { return this->driver.connect(dsn_of(pooler, "target_session_attrs=standby")).open(); });
    EXPECT_EQ(e.code(), errc::wrong_server_role) << e.what();
}

TYPED_TEST(pooled, what_an_old_pooler_does_not_take_at_startup_is_refused_with_advice) {
    const pgbouncer pooler{testing::shared_server()};
    for (const auto* keywords : {"options=-csearch_path%3Dx", "max_protocol_version=3.2"}) {
        const auto e = this->failure_of([&] { return this->driver.connect(dsn_of(pooler, keywords)).open(); });
        EXPECT_EQ(e.state(), protocol_violation) << e.what();
        EXPECT_NE(std::string{e.what()}.find("behind an older pooler use protocol 3.0 and fewer server settings"),
                  std::string::npos)
            << e.what();
    }
}

}  // namespace
}  // namespace howdah::test
