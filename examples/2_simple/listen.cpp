// A listener hears what other connections notify, and goes on when its connection is lost.

#include <howdah/howdah.hpp>

#include <chrono>
#include <iostream>

int main(int argc, char** argv) {
    using namespace std::chrono_literals;
    const auto config = howdah::parse_conninfo(argc > 1 ? argv[1] : "");
    howdah::blocking::listener changes{config, {"stock_of_example"}};

    howdah::blocking::connection db{config};
    db.notify("stock_of_example", "stock 7");

    if (const auto event = changes.next(10s)) {
        if (const auto* n = event->as_notification()) std::cout << "heard: " << n->payload << '\n';
        else std::cout << "some may be missing: look at the whole stock\n";
    }
    if (!changes.next(50ms)) std::cout << "nothing more\n";
}
