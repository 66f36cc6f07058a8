// A result of any size goes into a file; no more than a part of it is ever in memory.

#include <howdah/howdah.hpp>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string_view>

// It may view what was read, because it is written before the next part comes.
struct reading {
    std::int32_t id;
    double celsius;
    std::string_view sensor;
};

int main(int argc, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};
    const char* const path = "readings.csv";
    std::ofstream file{path};
    std::size_t rows = 0;

    auto readings = db.stream<reading>(
        "select n, n / 10.0::float8, 'sensor ' || n % 3 from generate_series(1, $1::int) n", 200'000);
    while (const auto batch = readings.next_batch()) {
        for (const auto& r : batch) file << r.id << ',' << r.celsius << ',' << r.sensor << '\n';
        rows += batch.size();
    }
    std::cout << rows << " rows, " << file.tellp() << " bytes\n";
    file.close();
    std::remove(path);

    // Left early: the server stops, and the connection goes on.
    for (const int n : db.stream<int>("select generate_series(1, 1000000000)"))
        if (n == 3) break;
    std::cout << "still there: " << db.fetch_one<int>("select 42") << '\n';
}
