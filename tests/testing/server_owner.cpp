// Owns a server until it is killed: the process that lifetime_test.cpp kills.
#include <sys/types.h>
#include <unistd.h>

#include <exception>
#include <iostream>

#include "howdah/testing/server.hpp"

int main() {
    try {
        howdah::testing::server db{{.replicas = 1}};
        std::cout << db.primary().process_id() << ' ' << db.replica(0).process_id() << ' ' << db.folder() << '\n'
                  << std::flush;
        while (true) ::pause();
    } catch (const std::exception& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
