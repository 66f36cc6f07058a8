#include <algorithm>
#include <span>

#include "examples/demo/steps.hpp"
#include "examples/demo/story.hpp"

namespace demo {

void load(stage& s) {
    heading("The whole index goes in, a thousand INSERTs a round trip");
    s.blocking.run_script(R"(
        drop table if exists packages;
        create table packages (
            id bigint generated always as identity primary key,
            name text not null, version text not null, section text, installed_kib bigint,
            depends text[] not null, description text, more json not null);
    )");

    constexpr std::size_t batch = 1'000;
    const stopwatch time;
    for (std::span<const package> rest = s.index.packages; !rest.empty();
         rest = rest.subspan(std::min(batch, rest.size()))) {
        howdah::pipeline steps;  // one transaction: all of it, or none
        for (const auto& p : rest.first(std::min(batch, rest.size())))
            steps.execute("insert into packages (name, version, section, installed_kib, depends, description, more)"
                          " values ($1, $2, $3, $4, $5, $6, $7)",
                          p.name, p.version, p.section, p.installed_kib, p.depends, p.description, p.more);
        s.blocking.run(steps);
    }
    say(rate(s.index.packages.size(), "rows", time.elapsed()));

    s.blocking.run_script("create index on packages (name); analyze packages");
    const auto count = s.blocking.fetch_one<std::int64_t>("select count(*) from packages");
    check(static_cast<std::size_t>(count) == s.index.packages.size(), "the table has a row for each package");
}

}  // namespace demo
