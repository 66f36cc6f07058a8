// Types that are made in the database: looked up once, then sent and read in binary.

#include <chrono>

#include "driver.hpp"
#include "howdah/base/digest.hpp"
#include "howdah/sql/type_catalog.hpp"
#include "tests/testing/server_features.hpp"

namespace howdah::test {

enum class mood : std::uint8_t { sad, happy };

struct address {
    std::string street;
    int number = 0;
    friend bool operator==(const address&, const address&) = default;
};

struct person {
    std::string name;
    std::optional<mood> feels;
    std::vector<address> addresses;
    std::vector<std::optional<int>> numbers;
    friend bool operator==(const person&, const person&) = default;
};

}  // namespace howdah::test

template <>
struct howdah::enum_labels<howdah::test::mood> {
    using mood = howdah::test::mood;
    static constexpr enum_label<mood> values[] = {{mood::sad, "sad"}, {mood::happy, "happy"}};
};

namespace howdah::test {
namespace {

// Each test makes its types in a schema of its own, which goes with its transaction's end or the fixture's. Its name is
// the same in every run, so that a recording of one stands for the next.
template <class D>
class catalog : public on_both_drivers<D> {
protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        const std::string name = std::string{test->test_suite_name()} + '.' + test->name();
        schema_ = "catalog_" + sha_256(name).hexadecimal().substr(0, 16);
        this->call(this->db.run_script(unsafe_sql{"drop schema if exists " + schema_ + " cascade"}));
        make(this->db);
    }
    void TearDown() override {
        if (this->db.open()) this->call(this->db.run_script(unsafe_sql{"drop schema " + schema_ + " cascade"}));
    }
    void make(typename D::connection& c) {
        this->call(c.run_script(unsafe_sql{
            "create schema " + schema_ + "; set search_path = " + schema_ +
            "; create type mood as enum ('sad', 'happy');"
            "create domain positive as int check (value > 0);"
            "create type address as (street text, number positive);"
            "create type person as (name text, feels mood, addresses address[], numbers positive[]);"
            "create type float_range as range (subtype = float8);"
            "create table people (id int, who person, moods mood[], span float_range, numbers positive[])"}));
    }
    // A connection that has not looked anything up.
    typename D::connection fresh(const std::string& more = "") {
        auto c = this->driver.connect(dsn() + more);
        this->call(c.run_script(unsafe_sql{"set search_path = " + schema_}));
        return c;
    }
    int look_ups(typename D::connection& c) {
        return this->call(
            c.template fetch_one<int>("select coalesce(sum(generic_plans + custom_plans), 0)::int "
                                      "from pg_prepared_statements where statement like 'select t.oid%'"));
    }

    /// One column as a T: a struct by itself would stand for a row.
    template <class T, class... P>
    T one(sql<std::type_identity_t<const P&>...> statement, const P&... values) {
        return std::get<0>(this->call(this->db.template fetch_one<std::tuple<T>>(statement, values...)));
    }

    std::string schema_;
    const person ada{.name = "Ada, \"the\" first",
                     .feels = mood::happy,
                     .addresses = {{.street = "Ring (a)", .number = 5}, {.street = "", .number = 7}},
                     .numbers = {1, std::nullopt}};
};
TYPED_TEST_SUITE(catalog, both_drivers);

TYPED_TEST(catalog, composites_of_arrays_of_composites_round_trip) {
    for (int i = 0; i < 4; ++i) EXPECT_EQ(this->template one<person>("select $1::person", this->ada), this->ada);
    if (testing::has(this->db, testing::features::counted_plans)) {
        EXPECT_GT(this->look_ups(this->db), 0);
    }
}

TYPED_TEST(catalog, each_type_is_looked_up_once) {
    if (!testing::has(this->db, testing::features::counted_plans)) GTEST_SKIP() << "this server counts no plans";
    const auto use = [&] { this->template one<person>("select $1::person", this->ada); };
    use();
    use();
    const auto before = this->look_ups(this->db);
    for (int i = 0; i < 3; ++i) use();
    this->call(this->db.template fetch_one<std::vector<address>>("select array[('a', 1)::address]"));
    EXPECT_EQ(this->look_ups(this->db), before) << "an address is part of a person, and known with it";
}

TYPED_TEST(catalog, the_first_use_of_a_statement_reads_arrays_of_a_domain) {
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(this->call(this->db.template fetch_one<std::vector<int>>("select array[1, 2]::positive[]")),
                  (std::vector<int>{1, 2}));
    auto c = this->fresh("&statement_mode=unnamed");
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(this->call(c.template fetch_one<std::vector<int>>("select array[1, 2]::positive[]")),
                  (std::vector<int>{1, 2}));
    auto simple = this->fresh("&statement_mode=simple");
    EXPECT_EQ(this->call(simple.template fetch_one<std::vector<int>>("select array[1, 2]::positive[]")),
              (std::vector<int>{1, 2}));
}

TYPED_TEST(catalog, a_statement_with_an_effect_that_waits_for_types_runs_once) {
    auto c = this->fresh();
    const auto numbers = this->call(
        c.template fetch_all<std::vector<int>>("insert into people (id, numbers) values (1, '{3}') returning numbers"));
    EXPECT_EQ(numbers, (std::vector<std::vector<int>>{{3}}));
    EXPECT_EQ(this->call(c.template fetch_one<int>("select count(*)::int from people")), 1);
}

TYPED_TEST(catalog, enums_ranges_and_domains_travel_as_parameters) {
    const std::vector<mood> moods{mood::happy, mood::sad};
    const range<double> span{.lower = 0.5, .upper = 2.0};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(this->call(this->db.template fetch_one<std::vector<mood>>("select $1::mood[]", moods)), moods);
        EXPECT_EQ(this->call(this->db.template fetch_one<range<double>>("select $1::float_range", span)), span);
        EXPECT_EQ(this->call(this->db.template fetch_one<int>("select $1::positive", 4)), 4);
        EXPECT_EQ(this->call(this->db.template fetch_one<mood>("select $1::mood", mood::sad)), mood::sad);
    }
}

TYPED_TEST(catalog, a_pipeline_reads_and_sends_such_types) {
    for (int i = 0; i < 3; ++i) {
        pipeline steps;
        auto first = steps.fetch_one<std::tuple<person>>("select $1::person", this->ada);
        auto second = steps.fetch_one<std::vector<int>>("select array[4]::positive[]");
        auto third = steps.fetch_one<int>("select 3");
        this->driver.run(this->db, steps);
        EXPECT_EQ(std::get<0>(steps.take(first)), this->ada);
        EXPECT_EQ(steps.take(second), std::vector<int>{4});
        EXPECT_EQ(steps.take(third), 3);
    }
}

TYPED_TEST(catalog, an_untyped_result_knows_the_types_by_name) {
    const auto r =
        this->call(this->db.query("select 'sad'::mood as m, '{sad,happy}'::mood[] as ms, '(a,1)'::address as a"));
    EXPECT_EQ(r.columns()[0].type_name, "mood");
    EXPECT_EQ(r.columns()[1].type_name, "mood[]");
    EXPECT_EQ(r[0]["m"].template as<value>(), value{"sad"});
    const auto moods = r[0]["ms"].template as<value>();
    ASSERT_NE(moods.template get_if<value_array>(), nullptr);
    EXPECT_EQ(moods.template get_if<value_array>()->elements.size(), 2u);
    EXPECT_EQ(r[0]["a"].template as<address>(), (address{.street = "a", .number = 1}));
}

TYPED_TEST(catalog, types_made_inside_a_transaction_are_found_in_it) {
    auto tx = this->call(this->db.begin());
    this->call(tx.execute("create domain short_text as text"));
    EXPECT_EQ(this->call(tx.template fetch_one<std::vector<std::string>>("select array['a']::short_text[]")),
              std::vector<std::string>{"a"});
    this->call(tx.execute("create domain tiny as int2"));
    EXPECT_EQ(this->call(tx.template fetch_one<std::vector<int>>("select array[1]::tiny[]")), std::vector<int>{1});
    this->driver.roll_back(tx);
}

struct longer_address {
    std::string street;
    int number = 0;
    std::optional<std::string> city;
    friend bool operator==(const longer_address&, const longer_address&) = default;
};

TYPED_TEST(catalog, a_changed_composite_is_looked_up_again) {
    const address old{.street = "a", .number = 1};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(this->template one<address>("select $1::address", old), old);
    this->call(this->db.execute("alter type address add attribute city text"));
    const auto e = this->failure_of([&] { return this->template one<address>("select $1::address", old); });
    EXPECT_EQ(e.fate(), fate::rejected) << e.what();
    this->expect_usable();
    const longer_address fresh{.street = "a", .number = 1, .city = "Ulm"};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(this->template one<longer_address>("select $1::address", fresh), fresh);
    const auto read = this->failure_of([&] { return (this->template one<address>("select ('a', 1, 'b')::address")); });
    EXPECT_EQ(read.code(), errc::column_count_mismatch) << read.what();
    this->expect_usable();
}

TYPED_TEST(catalog, a_type_that_was_dropped_and_made_anew_is_found) {
    for (int i = 0; i < 3; ++i)
        this->call(this->db.template fetch_one<std::vector<int>>("select array[1]::positive[]"));
    this->call(this->db.run_script("drop domain positive cascade; create domain positive as int8"));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(this->call(this->db.template fetch_one<std::vector<int>>("select array[1]::positive[]")),
                  std::vector<int>{1});
}

// PITFALLS 17: introspection with JIT was slow elsewhere.
TYPED_TEST(catalog, the_look_up_is_far_below_what_jit_compiles_for) {
    const auto version = testing::major_version(this->db.server_parameter("server_version"));
    const auto text = "explain " + std::string{catalog_statement(version).text()};
    const auto plan =
        this->call(this->db.template fetch_all<std::string>(unsafe_sql{text}, std::vector<oid>{oids::int4}));
    const auto from = plan.at(0).find("..") + 2;
    EXPECT_LT(std::stod(plan.at(0).substr(from)), 1'000.0) << plan.at(0);
}

}  // namespace
}  // namespace howdah::test
