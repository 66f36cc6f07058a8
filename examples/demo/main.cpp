// The demo: a throwaway PostgreSQL, this machine's package index, and what the library does with them.

#include <boost/asio/co_spawn.hpp>
#include <charconv>
#include <exception>
#include <iostream>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "examples/demo/steps.hpp"
#include "examples/demo/story.hpp"
#include "howdah/testing/server.hpp"

namespace demo {

stage::stage(const std::string& conninfo, package_index packages)
    : index{std::move(packages)}, blocking{howdah::parse_conninfo(conninfo)}, async{connect(conninfo)} {}

void stage::run(howdah::awaitable<void> work) {
    std::optional<std::exception_ptr> ended;
    boost::asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& failure) { ended = failure; });
    // Not io.run(): a connection reads as long as it lives.
    while (!ended && io.run_one() != 0) {}
    if (!ended) throw wrong{"the io_context has stopped before the coroutine ended"};
    if (*ended) std::rethrow_exception(*ended);
}

howdah::connection stage::connect(const std::string& conninfo) {
    std::optional<howdah::connection> made;
    run([](std::string to, std::optional<howdah::connection>& out) -> howdah::awaitable<void> {
        out.emplace(co_await howdah::connect(to));
    }(conninfo, made));
    return std::move(*made);
}

namespace {

struct tls {
    std::string version, cipher;
};

// Each step once, even after one has failed. The number of those that failed.
int run_steps(stage& s) {
    int failed = 0;
    for (const auto step : {load, typed_rows, returning, array_and_json, rollback, concurrent, timeout, bad_query}) {
        try {
            step(s);
        } catch (const std::exception& e) {
            say(std::string{"FAILED: "} + e.what());
            ++failed;
        }
    }
    return failed;
}

int run(std::size_t limit) {
    const stopwatch whole;
    const stopwatch starting;
    howdah::testing::server server{{.tls = true, .auth = howdah::testing::auth::scram}};
    std::cout << "A throwaway PostgreSQL " << server.full_version() << " is up after " << to_text(starting.elapsed())
              << ".\n";

    const stopwatch reading;
    auto index = read_packages(limit);
    std::cout << index.source << ": " << with_commas(index.packages.size()) << " packages, read in "
              << to_text(reading.elapsed()) << '\n';

    const stopwatch connecting;
    stage s{server.dsn(), std::move(index)};
    const auto secured =
        s.blocking.fetch_one<tls>("select version, cipher from pg_stat_ssl where pid = pg_backend_pid()");
    std::cout << "Both drivers are connected after " << to_text(connecting.elapsed()) << ", by " << secured.version
              << " (" << secured.cipher << ") and SCRAM-SHA-256.\n";

    const int failed = run_steps(s);
    std::cout << "\nDone in " << to_text(whole.elapsed()) << ", ";
    if (failed == 0) std::cout << "and all of it as it should be.\n";
    else std::cout << failed << " steps failed.\n";
    return failed == 0 ? 0 : 1;
}

std::optional<std::size_t> limit_of(int argc, char** argv) {
    if (argc == 1) return std::numeric_limits<std::size_t>::max();
    if (argc != 3 || std::string_view{argv[1]} != "--limit") return std::nullopt;
    const std::string_view text = argv[2];
    std::size_t limit = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (failed != std::errc{} || end != text.data() + text.size() || limit == 0) return std::nullopt;
    return limit;
}

}  // namespace
}  // namespace demo

int main(int argc, char** argv) {
    const auto limit = demo::limit_of(argc, argv);
    if (!limit) {
        std::cerr << "usage: " << argv[0] << " [--limit PACKAGES]\n";
        return 2;
    }
    try {
        return demo::run(*limit);
    } catch (const std::exception& e) {
        std::cerr << "howdah-demo: " << e.what() << '\n';
        return 1;
    }
}
