#include <chrono>
#include <cstdint>
#include <string>

#include "examples/demo/steps.hpp"
#include "examples/demo/story.hpp"

namespace demo {
namespace {

using seconds = std::chrono::seconds;

struct review {
    std::int64_t id;
    std::string package;
    std::chrono::sys_time<std::chrono::microseconds> written_at;
};

howdah::awaitable<void> insert(howdah::connection& db, std::string package, review& out) {
    co_await db.execute(
        "create temp table reviews (id bigint generated always as identity (start 1001), package text not null,"
        " stars int not null, written_at timestamptz not null default now())");
    out = co_await db.fetch_one<review>(
        "insert into reviews (package, stars) values ($1, $2) returning id, package, written_at", package, 5);
}

}  // namespace

void returning(stage& s) {
    heading("An INSERT returns what the server made up");
    const auto& package = s.index.packages.front().name;
    review made{};
    s.run(insert(s.async, package, made));
    const auto age = std::chrono::system_clock::now() - made.written_at;
    say("review " + std::to_string(made.id) + " of " + made.package + ", written " +
        to_text(std::chrono::duration<double, std::milli>{age}) + " ago by the server's clock");
    check(made.id == 1001 && made.package == package, "the row that was inserted comes back");
    check(age > -seconds{5} && age < seconds{60}, "its time is now");
}

}  // namespace demo
