// COPY moves rows in bulk: from structs in binary, from csv as it is, and out again.

#include <howdah/howdah.hpp>

#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

struct mountain {
    std::int64_t id;
    std::string name;
    std::optional<double> altitude;
};

int main(int argc, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};
    db.execute("create temp table mountains (id bigint primary key, name text not null, altitude float8)");
    const howdah::identifier mountains{"mountains"};

    const std::vector<mountain> all{{1, "Ben Nevis", 1345}, {2, "Snowdon", std::nullopt}, {3, "Scafell Pike", 978}};
    auto in = db.copy_in<mountain>(mountains, {"id", "name", "altitude"});
    in.write_all(all);
    std::cout << in.finish() << " stored\n";

    // The server says which line and column it can't take, and stores none of them.
    auto csv = db.copy_in("copy mountains from stdin (format csv)");
    try {
        csv.write("4,Helvellyn,950\n5,Skiddaw,high\n");
        csv.finish();
    } catch (const howdah::error& e) {
        std::cout << "refused: " << e.server()->where << '\n';
    }

    auto out = db.copy_out<mountain>("select * from mountains order by id");
    while (const auto m = out.next()) {
        std::cout << m->id << ' ' << m->name;
        if (m->altitude) std::cout << ' ' << *m->altitude << " m\n";
        else std::cout << ", nobody knows\n";
    }
}
