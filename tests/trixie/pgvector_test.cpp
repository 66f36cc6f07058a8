#include "howdah/types/pgvector.hpp"
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

// As text the first time, in binary later; a named statement and one that is parsed anew.
TYPED_TEST(pgvector, values_of_its_types_round_trip_as_their_own) {
    const dense_vector dense{{1, -2.5F, 0, 3e38F}};
    const half_vector halves{{half{1}, half{-2.5F}, half{65'504}}};
    const sparse_vector sparse{.dimensions = 5, .elements = {{.index = 0, .value = 1}, {.index = 3, .value = -0.5F}}};
    for (const auto* mode : {"prepare", "unnamed"}) {
        this->db.emplace(this->driver.connect(this->server().dsn() + "&statement_mode=" + mode));
        for (int use = 0; use < 3; ++use) {
            EXPECT_EQ(this->fetch("select $1::vector", dense), dense);
            EXPECT_EQ(this->fetch("select $1::halfvec", halves), halves);
            EXPECT_EQ(this->fetch("select $1::sparsevec", sparse), sparse);
            EXPECT_EQ(this->fetch("select $1::vector[]", std::vector{dense, dense}), (std::vector{dense, dense}));
        }
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
