// howdah-bench WORKLOAD HOST PORT USER PASSWORD DBNAME [--driver async|blocking]

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "bench/howdah/peer.hpp"
#include "howdah/base/error.hpp"

namespace bench {
namespace {

enum class driver { blocking, async };

driver driver_called(std::string_view name) {
    if (name == "blocking") return driver::blocking;
    if (name == "async") return driver::async;
    throw std::invalid_argument{"--driver is async (the default) or blocking"};
}

howdah::connection_config config_of(const arguments& given) {
    std::uint16_t port = 0;
    const auto* const end = given.port.data() + given.port.size();
    if (std::from_chars(given.port.data(), end, port).ptr != end) throw std::invalid_argument{"PORT is a number"};
    howdah::connection_config config;
    config.hosts = {{.host = given.host, .hostaddr = {}, .port = port}};
    config.username = given.user;
    config.password = howdah::secret_string{given.password};
    config.database = given.database;
    config.ssl_mode = given.tls ? howdah::ssl_mode::require : howdah::ssl_mode::disable;
    return config;
}

exit_status run(std::span<char* const> given_words) {
    // The option stands anywhere: who calls this as one peer among others puts it in front.
    auto chosen = driver::async;
    std::vector<char*> words{given_words.begin(), given_words.end()};
    if (const auto option = std::ranges::find(words, std::string_view{"--driver"}); words.end() - option >= 2) {
        chosen = driver_called(*(option + 1));
        words.erase(option, option + 2);
    }
    const arguments given{words};
    const auto config = config_of(given);
    switch (chosen) {
        case driver::blocking: return run_blocking(given, config);
        case driver::async: return run_async(given, config);
    }
    return workload_not_offered;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) try {
    return bench::run(std::span{argv, static_cast<std::size_t>(argc)}.subspan(1));
} catch (const std::invalid_argument& e) {
    std::fprintf(stderr, "howdah-bench: %s [--driver async|blocking]\n", e.what());
    return bench::bad_usage;
} catch (const std::exception& e) {
    std::fprintf(stderr, "howdah-bench: %s\n", e.what());
    return bench::failed;
}
