#include "driver.hpp"

namespace howdah::test {
namespace {

struct person {
    std::int64_t id;
    std::string name;
    double weight;
};

template <class D>
class pages : public on_both_drivers<D> {
protected:
    const pager<2> by_name{secret_string{"a key of the test's own"}, 7, "name", "id"};

    void SetUp() override {
        this->call(this->db.execute("create temp table people as select n::bigint as id, 'name ' || n % 10 as name, "
                                    "n / 3.0::float8 as weight from generate_series(1, 50) n"));
    }
    page<person> page_of(const std::string& token) {
        return this->call(this->db.template paginate<person>(
            by_name, token,
            "select id, name, weight from people where id > $1 and ($2::text is null or (name, id) > ($2, $3::bigint)) "
            "order by name, id limit $4",
            5));
    }
};
TYPED_TEST_SUITE(pages, both_drivers);

TYPED_TEST(pages, give_every_row_once_and_in_order) {
    std::vector<std::int64_t> seen;
    std::string token;
    int count = 0;
    do {
        auto p = this->page_of(token);
        for (const auto& row : p.rows) {
            seen.push_back(row.id);
            EXPECT_DOUBLE_EQ(row.weight, static_cast<double>(row.id) / 3.0);
        }
        EXPECT_TRUE(p.next.empty() || p.rows.size() == 7u);
        token = p.next;
        ++count;
    } while (!token.empty());
    EXPECT_EQ(count, 7);
    EXPECT_EQ(
        seen,
        this->call(this->db.template fetch_all<std::int64_t>("select id from people where id > 5 order by name, id")));
}

TYPED_TEST(pages, do_not_shift_when_rows_in_front_go) {
    const auto first = this->page_of("");
    const auto expected = this->page_of(first.next);
    this->call(this->db.execute("delete from people where id = $1", first.rows[0].id));
    const auto second = this->page_of(first.next);
    ASSERT_EQ(second.rows.size(), expected.rows.size());
    EXPECT_EQ(second.rows[0].id, expected.rows[0].id);
}

TYPED_TEST(pages, that_end_with_their_last_row_have_no_next) {
    this->call(this->db.execute("delete from people where id > 19"));  // 14 are left behind the fifth
    const auto second = this->page_of(this->page_of("").next);
    EXPECT_EQ(second.rows.size(), 7u);
    EXPECT_TRUE(second.next.empty());
}

TYPED_TEST(pages, refuse_a_token_that_was_changed_or_is_of_another_statement) {
    auto token = this->page_of("").next;
    const auto other = this->failure_of([&] {
        return this->call(this->db.template paginate<person>(
            this->by_name, token,
            "select id, name, weight from people where $1::text is null or (name, id) > ($1, $2::bigint) limit $3"));
    });
    EXPECT_EQ(other.code(), errc::invalid_page_token);
    EXPECT_EQ(other.fate(), fate::not_sent);
    token[3] = token[3] == 'A' ? 'B' : 'A';
    EXPECT_EQ(this->failure_of([&] { return this->page_of(token); }).code(), errc::invalid_page_token);
}

TYPED_TEST(pages, refuse_a_key_that_is_null_or_not_in_the_result) {
    const pager<1> by_gone{secret_string{"a key of the test's own"}, 2, "gone"};
    EXPECT_EQ(this->failure_of([&] {
                      return this->call(this->db.template paginate<int>(
                          by_gone, "", "select 1 as here where $1::text is null limit $2"));
                  })
                  .code(),
              errc::column_not_found);
    EXPECT_EQ(this->failure_of([&] {
                      return this->call(this->db.template paginate<std::optional<int>>(
                          by_gone, "",
                          "select null::int as gone from generate_series(1, 3) where $1::text is null limit $2"));
                  })
                  .code(),
              errc::unexpected_null);
    this->expect_usable();
}

}  // namespace
}  // namespace howdah::test
