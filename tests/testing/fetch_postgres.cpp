// Fetches the PostgreSQL that HOWDAH_POSTGRES_VERSION names, if it is not there yet. What a test run can't have here
// (no npm, no network) is told apart from what does not work: the one skips tests, the other fails them.
#include <exception>
#include <iostream>

#include "howdah/testing/installation.hpp"

int main() {
    try {
        std::cout << "PostgreSQL " << howdah::testing::find_installation(0).full_version << '\n';
    } catch (const std::exception& e) {
        std::cerr << e.what() << '\n';
        return 1;
    }
}
