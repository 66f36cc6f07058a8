// Results whose values a policy hides from whoever the program shows them to.
#include "howdah/async/masked.hpp"
#include "driver.hpp"
#include "howdah/blocking/masked.hpp"
#include "howdah/types/boolean.hpp"

namespace howdah::test {
namespace {

template <class D>
class masked_rows : public on_both_drivers<D> {
protected:
    redaction policy;

    result shown(std::string_view statement) {
        const auto rows = this->call(this->db.query(unsafe_sql{std::string{statement}}));
        return this->call(masked(this->db, rows, policy));
    }
    void make_people() {
        this->finish([&] { return this->db.execute("create temp table people(id int, email text, born date)"); });
        this->finish([&] {
            return this->db.execute("insert into people values (1, 'ada@example.org', '1815-12-10'), (2, null, null)");
        });
    }
};
TYPED_TEST_SUITE(masked_rows, both_drivers);

TYPED_TEST(masked_rows, hide_columns_by_name_type_and_in_full_in_part_or_as_null) {
    this->make_people();
    this->policy.columns({.as = masking::partial, .column = "email"});
    this->policy.columns({.as = masking::null, .type = "date"});
    this->policy.columns({.as = masking::full, .column = "secret"});
    const auto rows = this->shown("select id, email, born, true as secret from people order by id");
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0]["id"].template as<int>(), 1);
    EXPECT_EQ(rows[0]["email"].template as<std::string>(), "a***g");
    EXPECT_TRUE(rows[0]["born"].is_null());
    EXPECT_EQ(rows[0]["secret"].template as<std::string>(), "***");
    EXPECT_EQ(rows.columns()[2].type_name, "date");
    EXPECT_EQ(rows.columns()[3].type_name, "text");
    EXPECT_TRUE(rows[1]["email"].is_null());
    EXPECT_EQ(rows.rows_affected(), 2u);
}

TYPED_TEST(masked_rows, are_found_by_their_tables_names_whatever_the_statement_calls_them) {
    this->make_people();
    this->policy.columns({.as = masking::full, .column = "people.email"});
    const auto rows = this->shown("select email as harmless, p.id as email from people p where id = 1");
    EXPECT_EQ(rows[0]["harmless"].template as<std::string>(), "***");
    EXPECT_EQ(rows[0]["email"].template as<int>(), 1);
}

TYPED_TEST(masked_rows, have_one_hash_for_a_value_in_either_format) {
    this->policy.hash_with(secret_string{"the key of this test"});
    this->policy.columns({.as = masking::hash, .column = "n"});
    const auto number = this->shown("select 4711 as n")[0]["n"].template as<std::string>();
    const auto text = this->shown("select '4711' as n")[0]["n"].template as<std::string>();
    EXPECT_EQ(number.size(), 16u);
    EXPECT_EQ(number, text);
    EXPECT_NE(number, this->shown("select 4712 as n")[0]["n"].template as<std::string>());
}

TYPED_TEST(masked_rows, stay_as_they_are_where_no_rule_fits) {
    this->policy.columns({.as = masking::full, .column = "other"});
    const auto rows = this->shown("select 7 as n, array[1,2] as a");
    EXPECT_EQ(rows[0]["n"].template as<int>(), 7);
    EXPECT_EQ(rows[0]["a"].template as<std::vector<int>>(), (std::vector{1, 2}));
}

}  // namespace
}  // namespace howdah::test
