#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "examples/demo/steps.hpp"
#include "examples/demo/story.hpp"

namespace demo {
namespace {

struct relations {
    std::string name;
    std::vector<std::string> depends;
    howdah::json more;
};

using count_of = std::pair<std::string, std::int64_t>;

}  // namespace

void array_and_json(stage& s) {
    heading("An array is a std::vector, and json is json");
    const auto& busiest =
        *std::ranges::max_element(s.index.packages, {}, [](const package& p) { return p.depends.size(); });
    const auto read = s.blocking.fetch_one<relations>(
        "select name, depends, more from packages where name = $1 and version = $2 order by id limit 1", busiest.name,
        busiest.version);
    check(!read.depends.empty(), "some package depends on another");
    say(read.name + " depends on " + std::to_string(read.depends.size()) + " others: " + read.depends.front() +
        " ... " + read.depends.back());
    say("its other fields: " + shortened(read.more.text, 90));
    check(read.depends == busiest.depends, "the array is the one that went in");
    check(read.more == busiest.more, "the json is the one that went in");

    const stopwatch time;
    const std::vector<std::string> wanted{"libc6", "libssl3"};
    const auto users = s.blocking.fetch_one<std::int64_t>("select count(*) from packages where depends @> $1", wanted);
    const auto expected = std::ranges::count_if(s.index.packages, [&](const package& p) {
        return std::ranges::all_of(wanted, [&](const auto& w) { return std::ranges::count(p.depends, w) != 0; });
    });
    say(with_commas(static_cast<std::uint64_t>(users)) + " packages depend on both libc6 and libssl3 (" +
        to_text(time.elapsed()) + ")");
    check(users == expected, "as many as the index has");

    for (const auto& [who, count] :
         s.blocking.fetch_all<count_of>("select coalesce(more ->> 'Maintainer', 'nobody'), count(*) from packages "
                                        "group by 1 order by 2 desc, 1 limit $1",
                                        2))
        say(who + " maintains " + with_commas(static_cast<std::uint64_t>(count)));
}

}  // namespace demo
