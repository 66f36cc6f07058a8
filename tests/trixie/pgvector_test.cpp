#include "trixie.hpp"

namespace howdah::test {
namespace {

template <class D>
class pgvector : public on_trixie<D> {
protected:
    void SetUp() override {
        on_trixie<D>::SetUp();
        if (this->IsSkipped()) return;
        this->server().execute_sql("create extension if not exists vector");
        db.emplace(this->driver.connect(this->server().dsn()));
    }
    template <class T>
    T fetch(const char* text, const T& value) {
        return this->call(db->template fetch_one<T>(unsafe_sql{text}, value));
    }

    std::optional<typename D::connection> db;
};
TYPED_TEST_SUITE(pgvector, both_drivers);

struct sample {
    const char* type;
    const char* value;
};

// One of each type: here a new one goes in.
constexpr sample samples[] = {
    {"vector(3)", "[1,-2.5,0]"},        {"vector(1)", "[3e+38]"}, {"halfvec(3)", "[1,-2.5,65504]"},
    {"sparsevec(5)", "{1:1,4:-0.5}/5"}, {"bit(4)", "1010"},
};

TYPED_TEST(pgvector, values_of_its_types_travel_as_text_both_ways) {
    for (const auto& s : samples) {
        const auto text = "select $1::" + std::string{s.type};
        for (int use = 0; use < 3; ++use)
            EXPECT_EQ(this->template fetch<std::string>(text.c_str(), s.value), s.value) << s.type;
    }
}

TYPED_TEST(pgvector, a_table_is_searched_by_distance_with_an_index) {
    auto tx = this->call(this->db->begin());
    this->call(tx.run_script("create table items(id int, place vector(2)); "
                             "create index on items using hnsw (place vector_l2_ops); "
                             "insert into items select g, array[g, 0]::real[]::vector from generate_series(1, 100) g"));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(this->call(tx.template fetch_all<int>("select id from items order by place <-> $1::vector limit 3",
                                                        std::string{"[41.4,0]"})),
                  (std::vector<int>{41, 42, 40}));
    this->driver.roll_back(tx);
}

}  // namespace
}  // namespace howdah::test
