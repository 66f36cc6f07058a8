// Types that are made in the database: the catalog is asked through the pooler, or not needed where all is text.
#include "pooler.hpp"

namespace howdah::test {

enum class weather : std::uint8_t { dry, wet };

struct station {
    std::string name;
    int height = 0;
    std::optional<weather> today;
    friend bool operator==(const station&, const station&) = default;
};

}  // namespace howdah::test

template <>
struct howdah::enum_labels<howdah::test::weather> {
    using weather = howdah::test::weather;
    static constexpr enum_label<weather> values[] = {{weather::dry, "dry"}, {weather::wet, "wet"}};
};

namespace howdah::test {
namespace {

template <class D>
class made_types : public on_both_drivers<D> {
protected:
    // Tests run in parallel: a schema for each.
    const std::string schema = std::string{"pooled_"} + (std::is_same_v<D, async_driver> ? "async" : "blocking");

    void SetUp() override {
        this->call(this->db.run_script(
            unsafe_sql{"drop schema if exists " + schema + " cascade; create schema " + schema + "; create type " +
                       schema + ".weather as enum ('dry', 'wet'); create type " + schema +
                       ".station as (name text, height int, today " + schema + ".weather)"}));
    }
    void TearDown() override { this->call(this->db.run_script(unsafe_sql{"drop schema " + schema + " cascade"})); }
    unsafe_sql in_schema(std::string text) const {
        for (auto at = text.find("my."); at != std::string::npos; at = text.find("my.", at + schema.size()))
            text.replace(at, 2, schema);
        return unsafe_sql{std::move(text)};
    }
};
TYPED_TEST_SUITE(made_types, both_drivers);

TYPED_TEST(made_types, are_read_and_sent_in_every_way) {
    const station peak{"High \"P\", 1", 2962, weather::wet}, sea{"", 0, std::nullopt};
    for (const auto& w : ways) {
        SCOPED_TRACE(::testing::PrintToString(w));
        const pgbouncer pooler{testing::shared_server(), {.pool_mode = w.pooled}};
        auto mine = this->driver.connect(dsn_of(pooler, w.keywords()));
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(this->call(mine.template fetch_one<weather>(this->in_schema("select 'wet'::my.weather"))),
                      weather::wet);
            EXPECT_EQ(
                this->call(mine.template fetch_one<std::vector<station>>(this->in_schema(
                    R"(select array[row('High "P", 1', 2962, 'wet')::my.station, row('', 0, null)::my.station])"))),
                (std::vector{peak, sea}));
            const auto untyped = this->call(mine.query(this->in_schema("select row('', 0, null)::my.station as s")));
            EXPECT_EQ(untyped[0]["s"].template as<std::optional<station>>(), sea);
            if (!w.takes_parameters()) continue;
            EXPECT_EQ(this->call(mine.template fetch_one<station>(this->in_schema("select ($1::my.station).*"), peak)),
                      peak);
        }
    }
}

}  // namespace
}  // namespace howdah::test
