#include <chrono>
#include <cstdint>
#include <string>

#include "examples/demo/steps.hpp"
#include "examples/demo/story.hpp"

namespace demo {
namespace {

using namespace std::chrono_literals;

howdah::awaitable<void> sleep_too_long(howdah::connection& db) {
    const auto before = co_await db.fetch_one<int>("select pg_backend_pid()");
    const stopwatch time;
    std::string said;
    try {
        co_await db.with({.timeout = 200ms}).execute("select pg_sleep(600)");
    } catch (const howdah::error& e) {
        check(e.code() == howdah::errc::timed_out, "the error is timed_out");
        said = e.what();
    }
    check(!said.empty(), "ten minutes are longer than the timeout");
    say("after " + to_text(time.elapsed()) + ": " + said);

    const auto after = co_await db.fetch_one<int>("select pg_backend_pid()");
    const auto sleeping = co_await db.fetch_one<std::int64_t>(
        "select count(*) from pg_stat_activity where state = 'active' and query like '%pg_sleep(600)%'"
        " and pid <> pg_backend_pid()");
    say("the connection still works: server process " + std::to_string(before) + " before, " + std::to_string(after) +
        " after");
    check(before == after, "it is the same server process");
    check(sleeping == 0, "nothing sleeps on the server any more");
}

}  // namespace

void timeout(stage& s) {
    heading("A timeout cancels on the server and keeps the connection");
    s.run(sleep_too_long(s.async));
}

}  // namespace demo
