// insert_many, upsert_many, update_many, delete_many against a real server.

#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <vector>

#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"

namespace howdah {
namespace test {
namespace {

struct place {
    std::int64_t id;
    std::string name;
    std::optional<double> height;

    friend bool operator==(const place&, const place&) = default;
};

template <class D>
class bulk : public on_both_drivers<D> {
protected:
    const identifier table{"pla\"ces"};

    void SetUp() override {
        this->call(this->db.execute(
            R"(create temp table "pla""ces" (id int primary key, name text not null, height float8, at int generated always as identity))"));
    }
    std::vector<place> stored() {
        return this->call(this->db.template fetch_all<place>(R"(select id, name, height from "pla""ces" order by id)"));
    }
    static std::vector<place> places(std::int64_t count) {
        std::vector<place> out;
        for (std::int64_t i = 0; i < count; ++i)
            out.push_back(
                {i, "place " + std::to_string(i), i % 3 == 0 ? std::nullopt : std::optional{0.5 * double(i)}});
        return out;
    }
};
TYPED_TEST_SUITE(bulk, both_drivers);

TYPED_TEST(bulk, rows_are_stored_as_they_were_given_by_every_method) {
    for (const auto method : {bulk_method::automatic, bulk_method::unnest, bulk_method::pipeline, bulk_method::copy}) {
        this->call(this->db.execute(R"(truncate "pla""ces")"));
        const auto rows = this->places(3'000);
        const auto done =
            this->call(this->db.insert_many(this->table, {"id", "name", "height"}, rows, {.method = method}));
        EXPECT_EQ(done.rows_affected, rows.size());
        EXPECT_EQ(this->stored(), rows) << static_cast<int>(method);
    }
    this->expect_usable();
}

}  // namespace
}  // namespace test
}  // namespace howdah
