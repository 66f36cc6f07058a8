// run_script sends several statements at once, as a migration is written. It takes no parameters.

#include <howdah/howdah.hpp>

#include <iostream>

int main(int argc, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};

    const auto results = db.run_script(R"(
        create temp table planets (position int primary key, name text not null);
        insert into planets values (1, 'Mercury'), (2, 'Venus'), (3, 'Earth');
        select position, name from planets order by position desc;
    )");

    for (const auto& each : results) {
        std::cout << each.command_tag() << '\n';
        for (const auto row : each)
            std::cout << "  " << row["position"].as<int>() << ' ' << row["name"].as<std::string>() << '\n';
    }
}
