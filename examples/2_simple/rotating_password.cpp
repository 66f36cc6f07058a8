// A password that is asked for at every connect, so that it may change at any time.
//
// Usage: rotating_password CONNINFO

#include <howdah/howdah.hpp>
#include <iostream>

int main(int, char** argv) {
    auto config = howdah::parse_conninfo(argv[1]);
    // Here it stays the same; a vault's library would be asked instead.
    const auto password = config.password;
    config.credentials =
        std::make_shared<howdah::callback_credentials>([password](const howdah::credential_request& wanted) {
            std::cout << "asked for the password of " << wanted.user << '\n';
            return howdah::secret_string{password};
        });

    howdah::blocking::connection one{config}, another{config};
    if (one.open() && another.open()) std::cout << "2 connections\n";
}
