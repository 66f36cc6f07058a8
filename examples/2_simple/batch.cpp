// Many rows, few round trips: a pipeline of different statements, and one statement with arrays.

#include <howdah/howdah.hpp>

#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};
    db.execute("create temp table readings (sensor text not null, celsius float8 not null)");

    // All of it goes out at once and is one transaction: an error undoes every step.
    howdah::pipeline steps;
    for (int i = 0; i < 100; ++i) steps.execute("insert into readings values ($1, $2)", "roof", 0.5 * i);
    const auto warmest = steps.fetch_one<double>("select max(celsius) from readings");
    const auto count = steps.fetch_one<std::int64_t>("select count(*) from readings");
    db.run(steps);
    std::cout << steps.take(count) << " readings, the warmest " << steps.take(warmest) << '\n';

    // A column an array: the fastest INSERT for thousands of rows.
    const std::vector<std::string> sensors(5'000, "cellar");
    const std::vector<double> celsius(5'000, 12.0);
    const auto done =
        db.execute("insert into readings select * from unnest($1::text[], $2::float8[])", sensors, celsius);
    std::cout << done.rows_affected << " more at once\n";
}
