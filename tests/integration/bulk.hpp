#pragma once
// What the tests of insert_many, upsert_many, update_many and delete_many share: a table of places on a real server.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver.hpp"
#include "howdah/sql/described_row.hpp"

namespace howdah::test {

struct place {
    std::int64_t id;
    std::string name;
    std::optional<double> height;

    friend bool operator==(const place&, const place&) = default;
};

/// Its members stand in another order than the table's columns.
struct named_place {
    std::string name;
    std::optional<double> height;
    std::int64_t id;
};
BOOST_DESCRIBE_STRUCT(named_place, (), (name, height, id))

inline constexpr bulk_method methods[] = {bulk_method::automatic, bulk_method::unnest, bulk_method::pipeline};

template <class D>
class bulk : public on_both_drivers<D> {
protected:
    const identifier table{"pla\"ces"};

    void SetUp() override {
        make(R"(create temp table "pla""ces" (id int primary key, name text not null, height float8,)"
             R"( number int generated always as identity))");
    }
    void make(std::string statements) { this->call(this->db.run_script(unsafe_sql{std::move(statements)})); }
    std::vector<place> stored() {
        return this->call(this->db.template fetch_all<place>(R"(select id, name, height from "pla""ces" order by id)"));
    }
    std::int64_t count() {
        return this->call(this->db.template fetch_one<std::int64_t>(R"(select count(*) from "pla""ces")"));
    }
    static std::vector<place> places(std::int64_t count) {
        std::vector<place> out;
        for (std::int64_t i = 0; i < count; ++i)
            out.push_back(
                {i, "place " + std::to_string(i), i % 3 == 0 ? std::nullopt : std::optional{0.5 * double(i)}});
        return out;
    }
    template <class Rows>
    auto insert(Rows&& rows, const bulk_options& options = {}) {
        return this->call(this->db.insert_many(table, {"id", "name", "height"}, std::forward<Rows>(rows), options));
    }
    int major_version() { return std::stoi(std::string{this->db.server_parameter("server_version")}); }
};

}  // namespace howdah::test
