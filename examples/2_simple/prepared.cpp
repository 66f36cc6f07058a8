// Statements are prepared and cached by themselves. prepare() is for who wants to know their types first.

#include <howdah/howdah.hpp>

#include <iostream>
#include <string>

int main(int argc, char** argv) {
    howdah::blocking::connection db{howdah::parse_conninfo(argc > 1 ? argv[1] : "")};

    auto greeting = db.prepare<std::string, int>("select repeat($1 || '! ', $2) as greeting");
    std::cout << "it takes " << greeting.parameter_types().size() << " parameters and gives column "
              << greeting.columns()[0].name << " of type " << greeting.columns()[0].type_name << '\n';

    for (const int times : {1, 2, 3}) std::cout << greeting.fetch_one<std::string>("Hello", times) << '\n';
}
