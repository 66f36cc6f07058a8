#include <boost/asio/co_spawn.hpp>
#include <cstddef>
#include <exception>
#include <string>
#include <vector>

#include "examples/demo/steps.hpp"
#include "examples/demo/story.hpp"

namespace demo {
namespace {

constexpr char version_of[] = "select version from packages where name = $1 order by id limit 1";

howdah::awaitable<void> one_after_another(howdah::connection& db, const std::vector<std::string>& names,
                                          std::vector<std::string>& answers) {
    for (std::size_t i = 0; i < names.size(); ++i)
        answers[i] = co_await db.fetch_one<std::string>(version_of, names[i]);
}

howdah::awaitable<void> one(howdah::connection& db, const std::string& name, std::string& answer) {
    answer = co_await db.fetch_one<std::string>(version_of, name);
}

// A coroutine each; none knows of the others.
void all_at_once(stage& s, const std::vector<std::string>& names, std::vector<std::string>& answers) {
    std::size_t waiting = names.size();
    std::exception_ptr failed;
    for (std::size_t i = 0; i < names.size(); ++i)
        boost::asio::co_spawn(s.io, one(s.async, names[i], answers[i]), [&](const std::exception_ptr& failure) {
            --waiting;
            if (failure) failed = failure;
        });
    while (waiting != 0 && s.io.run_one() != 0) {}
    check(waiting == 0, "every coroutine ended");
    if (failed) std::rethrow_exception(failed);
}

}  // namespace

void concurrent(stage& s) {
    heading("A hundred coroutines share one connection");
    std::vector<std::string> names;
    names.reserve(100);
    const auto& packages = s.index.packages;
    for (std::size_t i = 0; i < 100; ++i) names.push_back(packages[i * packages.size() / 100].name);

    std::vector<std::string> first(names.size()), second(names.size());
    const stopwatch in_turn;
    s.run(one_after_another(s.async, names, first));
    const auto turns = in_turn.elapsed();
    const stopwatch together;
    all_at_once(s, names, second);
    const auto at_once = together.elapsed();

    say("one after another: " + rate(names.size(), "queries", turns));
    say("pipelined:         " + rate(names.size(), "queries", at_once));
    check(first == second, "each coroutine got its own answer");
}

}  // namespace demo
