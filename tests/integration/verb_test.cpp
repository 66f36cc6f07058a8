#include "driver.hpp"
#include "howdah/sql/described_row.hpp"

namespace howdah::test {
namespace {

struct user {
    std::int64_t id;
    std::string name;
    std::optional<std::string> email;
};

template <class D>
class verb : public on_both_drivers<D> {
protected:
    void SetUp() override {
        this->call(this->db.execute(
            "create temp table users(id bigint generated always as identity, name text not null, email text)"));
        this->call(this->db.execute("insert into users(name, email) values ('Ada', 'ada@example.org'), ('Bob', null)"));
    }
};
TYPED_TEST_SUITE(verb, both_drivers);

TYPED_TEST(verb, fetch_one_gives_the_row_as_a_struct) {
    const auto u =
        this->call(this->db.template fetch_one<user>("select id, name, email from users where name = $1", "Ada"));
    EXPECT_EQ(u.id, 1);
    EXPECT_EQ(u.name, "Ada");
    EXPECT_EQ(u.email, "ada@example.org");
}

TYPED_TEST(verb, later_uses_of_a_statement_give_the_same_as_the_first) {
    for (int i = 0; i < 5; ++i) {
        const auto u =
            this->call(this->db.template fetch_one<user>("select id, name, email from users where id = $1", 2));
        EXPECT_EQ(u.name, "Bob");
        EXPECT_EQ(u.email, std::nullopt);
    }
}

TYPED_TEST(verb, fetch_one_without_a_row_is_no_rows_and_was_executed) {
    const auto e = this->failure_of(
        [&] { return this->call(this->db.template fetch_one<user>("select id, name, email from users where false")); });
    EXPECT_EQ(e.code(), errc::no_rows);
    EXPECT_EQ(e.fate(), fate::executed);
    this->expect_usable();
}

TYPED_TEST(verb, fetch_one_and_fetch_optional_refuse_two_rows) {
    EXPECT_EQ(
        this->failure_of([&] { return this->call(this->db.template fetch_one<std::string>("select name from users")); })
            .code(),
        errc::too_many_rows);
    EXPECT_EQ(this->failure_of([&] {
                      return this->call(this->db.template fetch_optional<std::string>("select name from users"));
                  })
                  .code(),
              errc::too_many_rows);
    this->expect_usable();
}

TYPED_TEST(verb, fetch_optional_gives_nullopt_without_a_row) {
    EXPECT_EQ(this->call(this->db.template fetch_optional<std::string>("select name from users where id = $1", 77)),
              std::nullopt);
    EXPECT_EQ(this->call(this->db.template fetch_optional<std::string>("select name from users where id = $1", 1)),
              "Ada");
}

TYPED_TEST(verb, fetch_all_gives_every_row_as_struct_tuple_and_scalar) {
    EXPECT_EQ(this->call(this->db.template fetch_all<user>("select id, name, email from users order by id")).size(),
              2u);
    const auto tuples =
        this->call(this->db.template fetch_all<std::tuple<int, std::string>>("select id, name from users order by id"));
    EXPECT_EQ(tuples, (std::vector<std::tuple<int, std::string>>{{1, "Ada"}, {2, "Bob"}}));
    EXPECT_EQ(this->call(this->db.template fetch_all<std::int64_t>("select id from users order by id")),
              (std::vector<std::int64_t>{1, 2}));
}

TYPED_TEST(verb, execute_counts_rows_and_returning_gives_them) {
    EXPECT_EQ(this->call(this->db.execute("update users set email = $1", std::string{"x"})).rows_affected, 2u);
    EXPECT_EQ(this->call(this->db.template fetch_all<int>("delete from users returning id")), (std::vector<int>{1, 2}));
}

TYPED_TEST(verb, query_gives_untyped_rows_by_name_and_number) {
    const auto r = this->call(this->db.query("select id, name, email from users order by id"));
    ASSERT_EQ(r.size(), 2u);
    EXPECT_EQ(r.columns()[0].name, "id");
    EXPECT_EQ(r.columns()[0].type_name, "int8");
    EXPECT_EQ(r[0]["name"].template as<std::string_view>(), "Ada");
    EXPECT_EQ(r[1][0].template as<std::int64_t>(), 2);
    EXPECT_TRUE(r[1]["email"].is_null());
    EXPECT_EQ(r[1]["email"].template as<std::optional<std::string>>(), std::nullopt);
    EXPECT_EQ(this->failure_of([&] { return r[0]["nome"]; }).code(), errc::column_not_found);
    EXPECT_EQ(this->failure_of([&] { return r[0][3]; }).code(), errc::column_not_found);
}

TYPED_TEST(verb, a_row_of_another_width_names_the_columns) {
    const auto e =
        this->failure_of([&] { return this->call(this->db.template fetch_all<user>("select id, name from users")); });
    EXPECT_EQ(e.code(), errc::column_count_mismatch);
    EXPECT_NE(std::string{e.what()}.find("id, name"), std::string::npos) << e.what();
    this->expect_usable();
}

TYPED_TEST(verb, a_column_that_can_not_become_its_member_is_named) {
    for (int i = 0; i < 2; ++i) {
        const auto e = this->failure_of([&] {
            return this->call(this->db.template fetch_one<std::pair<int, int>>("select 1 as one, 'x'::text as two"));
        });
        EXPECT_EQ(e.code(), errc::type_mismatch);
        EXPECT_NE(std::string{e.what()}.find("\"two\" (text, number 2)"), std::string::npos) << e.what();
    }
    EXPECT_EQ(this->failure_of([&] { return this->call(this->db.template fetch_one<int>("select null::int")); }).code(),
              errc::unexpected_null);
    this->expect_usable();
}

TYPED_TEST(verb, a_prepared_statement_knows_its_types_and_runs) {
    auto statement = this->call(this->db.template prepare<int>("select name from users where id = $1"));
    ASSERT_EQ(statement.parameter_types().size(), 1u);
    EXPECT_EQ(statement.parameter_types()[0], oids::int8);
    EXPECT_EQ(statement.columns()[0].name, "name");
    EXPECT_EQ(this->call(statement.template fetch_one<std::string>(1)), "Ada");
    EXPECT_EQ(this->call(statement.template fetch_optional<std::string>(9)), std::nullopt);
}

TYPED_TEST(verb, run_script_gives_a_result_a_statement) {
    const auto results = this->call(
        this->db.run_script("create temp table t(x int); insert into t values (1), (2); select x from t order by x"));
    ASSERT_EQ(results.size(), 3u);
    EXPECT_EQ(results[1].rows_affected(), 2u);
    ASSERT_EQ(results[2].size(), 2u);
    EXPECT_EQ(results[2][1]["x"].template as<int>(), 2);
}

TYPED_TEST(verb, a_script_that_leaves_a_transaction_open_is_rolled_back) {
    const auto e = this->failure_of(
        [&] { return this->call(this->db.run_script("begin; insert into users(name) values ('Eve')")); });
    EXPECT_EQ(e.fate(), fate::rejected);
    EXPECT_EQ(this->call(this->db.template fetch_one<int>("select count(*)::int from users")), 2);
}

TYPED_TEST(verb, statements_that_need_another_way_are_refused_before_they_are_sent) {
    for (const char* text :
         {"copy users to stdout", "begin", " /* x */ commit", "savepoint a", "listen x", "prepare transaction 'x'"}) {
        const auto e = this->failure_of([&] { return this->call(this->db.execute(unsafe_sql{text})); });
        EXPECT_EQ(e.code(), errc::wrong_statement_kind) << text;
        EXPECT_EQ(e.fate(), fate::not_sent) << text;
    }
    EXPECT_EQ(this->failure_of([&] { return this->call(this->db.execute(unsafe_sql{"select 1; select 2"})); }).code(),
              errc::wrong_statement_kind);
    EXPECT_EQ(this->failure_of([&] { return this->call(this->db.execute(unsafe_sql{"select $1"})); }).code(),
              errc::wrong_parameter_count);
    this->expect_usable();
}

TYPED_TEST(verb, an_empty_statement_does_nothing) {
    EXPECT_EQ(this->call(this->db.execute("")).rows_affected, 0u);
    EXPECT_EQ(this->call(this->db.execute("-- only a comment")).command_tag, "");
    this->expect_usable();
}

struct described {
    std::string name;
    std::int64_t id;
};
BOOST_DESCRIBE_STRUCT(described, (), (name, id))

TYPED_TEST(verb, a_described_struct_takes_its_columns_by_name) {
    for (int i = 0; i < 3; ++i) {
        const auto d = this->call(this->db.template fetch_one<described>("select id, name from users where id = 1"));
        EXPECT_EQ(d.id, 1);
        EXPECT_EQ(d.name, "Ada");
    }
    auto e = this->failure_of([&] {
        return this->call(this->db.template fetch_one<described>("select id, name as nome from users where id = 1"));
    });
    EXPECT_EQ(e.code(), errc::column_not_found);
    EXPECT_NE(std::string{e.what()}.find("\"name\""), std::string::npos) << e.what();
    e = this->failure_of([&] {
        return this->call(this->db.template fetch_one<described>("select id, name, 1 as more from users where id = 1"));
    });
    EXPECT_NE(std::string{e.what()}.find("\"more\""), std::string::npos) << e.what();
    this->expect_usable();
}

}  // namespace
}  // namespace howdah::test
