#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah::test {
namespace {

template <class D>
class errors : public on_both_drivers<D> {};
TYPED_TEST_SUITE(errors, both_drivers);

TYPED_TEST(errors, a_server_error_keeps_all_its_fields_and_the_connection) {
    this->call(this->db.execute("create temp table t(id int primary key)"));
    this->call(this->db.execute("insert into t values (1)"));
    const auto e = this->failure_of([&] { return this->call(this->db.execute("insert into t values ($1)", 1)); });
    EXPECT_EQ(e.code(), unique_violation);
    EXPECT_EQ(e.fate(), fate::rejected);
    ASSERT_NE(e.server(), nullptr);
    EXPECT_EQ(e.server()->severity, "ERROR");
    EXPECT_EQ(e.server()->table, "t");
    EXPECT_EQ(e.server()->constraint, "t_pkey");
    EXPECT_FALSE(e.server()->detail.empty());
    this->expect_usable();
}

TYPED_TEST(errors, no_message_shows_a_value_that_was_sent) {
    const std::string secret = "s3cr3t-value";
    const auto cast =
        this->failure_of([&] { return this->call(this->db.template fetch_one<int>("select $1::text::int", secret)); });
    EXPECT_EQ(cast.state(), invalid_text_representation);
    EXPECT_EQ(std::string{cast.what()}.find(secret), std::string::npos) << cast.what();
    EXPECT_NE(cast.server()->message.find(secret), std::string::npos) << "it is there for who asks for it";
    this->call(this->db.execute("create temp table t(x text unique)"));
    this->call(this->db.execute("insert into t values ($1)", secret));
    const auto unique =
        this->failure_of([&] { return this->call(this->db.execute("insert into t values ($1)", secret)); });
    EXPECT_EQ(std::string{unique.what()}.find(secret), std::string::npos) << unique.what();
}

TYPED_TEST(errors, a_syntax_error_says_where) {
    const auto e = this->failure_of([&] { return this->call(this->db.query("selekt 1")); });
    EXPECT_EQ(e.state(), syntax_error);
    EXPECT_EQ(e.server()->position, 1u);
    this->expect_usable();
}

TYPED_TEST(errors, a_number_that_does_not_fit_its_parameter_is_not_sent) {
    for (int i = 0; i < 2; ++i) {
        const auto e = this->failure_of(
            [&] { return this->call(this->db.template fetch_one<int>("select $1::int4", std::int64_t{1} << 40)); });
        // The first use travels as text, and the server refuses it; later uses are refused before they are sent.
        EXPECT_EQ(e.code() == errc::value_out_of_range || e.state() == numeric_value_out_of_range, true) << e.what();
    }
    this->call(this->db.template fetch_one<int>("select $1::int4 + 1", 1));
    const auto e = this->failure_of(
        [&] { return this->call(this->db.template fetch_one<int>("select $1::int4 + 1", std::int64_t{1} << 40)); });
    EXPECT_EQ(e.code(), errc::value_out_of_range);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("parameter $1"), std::string::npos) << e.what();
    this->expect_usable();
}

TYPED_TEST(errors, a_killed_backend_ends_the_connection_with_the_server_s_word) {
    auto other = this->driver.connect(testing::shared_server().superuser_dsn);
    const auto pid = this->call(this->db.template fetch_one<int>("select pg_backend_pid()"));
    this->call(other.execute("select pg_terminate_backend($1)", pid));
    const auto e = this->failure_of([&] {
        // The signal may take a moment to arrive: the first call that fails is the one.
        for (;;) (void)this->call(this->db.template fetch_one<int>("select 1"));
        return 0;
    });
    EXPECT_EQ(e.state(), admin_shutdown) << e.what();
    const auto after = this->failure_of([&] { return this->call(this->db.template fetch_one<int>("select 1")); });
    EXPECT_EQ(after.fate(), fate::not_sent);
    EXPECT_FALSE(this->db.open());
}

TYPED_TEST(errors, text_that_is_not_utf_8_is_refused_by_the_server_and_the_connection_stays) {
    for (int use = 0; use < 2; ++use) {  // as text, then in binary
        const auto e = this->failure_of(
            [&] { return this->call(this->db.template fetch_one<std::string>("select $1::text", "gr\xfc\xdf")); });
        EXPECT_EQ(e.state(), character_not_in_repertoire) << e.what();
        EXPECT_EQ(e.fate(), fate::rejected);
        this->expect_usable();
    }
}

TYPED_TEST(errors, an_array_whose_dimensions_do_not_fit_its_elements_is_not_sent) {
    array<int> wrong;
    wrong.elements = {1, 2, 3};
    wrong.dimensions = {{.size = 2}, {.size = 2}};
    const auto e = this->failure_of(
        [&] { return this->call(this->db.template fetch_one<std::string>("select $1::int[]", wrong)); });
    EXPECT_EQ(e.code(), errc::invalid_value) << e.what();
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_NE(std::string{e.what()}.find("parameter $1"), std::string::npos) << e.what();
    this->expect_usable();
}

TYPED_TEST(errors, text_with_a_nul_is_refused) {
    const auto e = this->failure_of([&] {
        return this->call(this->db.template fetch_one<std::string>("select $1::text", std::string("a\0b", 3)));
    });
    EXPECT_EQ(e.code(), errc::invalid_encoding);
    this->expect_usable();
}

TYPED_TEST(errors, client_encoding_may_not_move_away) {
    EXPECT_THROW(this->call(this->db.execute("set client_encoding to latin1")), error);
    EXPECT_FALSE(this->db.open());
}

}  // namespace
}  // namespace howdah::test
