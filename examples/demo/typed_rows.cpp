#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "examples/demo/steps.hpp"
#include "examples/demo/story.hpp"

namespace demo {
namespace {

struct listing {
    std::int64_t id;
    std::string name, version;
    std::optional<std::string> section;
    std::optional<std::int64_t> installed_kib;

    bool operator==(const listing&) const = default;
};

constexpr char everything[] = "select id, name, version, section, installed_kib from packages order by id";
constexpr char largest[] = "select id, name, version, section, installed_kib from packages"
                           " where installed_kib is not null order by installed_kib desc, id limit $1";

howdah::awaitable<void> ask(howdah::connection& db, std::vector<listing>& all, std::vector<listing>& top) {
    const stopwatch time;
    all = co_await db.fetch_all<listing>(everything);
    say("async:    " + rate(all.size(), "rows", time.elapsed()));
    top = co_await db.fetch_all<listing>(largest, 3);
}

}  // namespace

void typed_rows(stage& s) {
    heading("Rows come back as structs, over both drivers");
    const stopwatch time;
    const auto all = s.blocking.fetch_all<listing>(everything);
    say("blocking: " + rate(all.size(), "rows", time.elapsed()));
    const auto top = s.blocking.fetch_all<listing>(largest, 3);

    std::vector<listing> all_async, top_async;
    s.run(ask(s.async, all_async, top_async));
    for (const auto& p : top)
        say(p.name + " " + p.version + ", section " + p.section.value_or("none") + ": " +
            with_commas(static_cast<std::uint64_t>(p.installed_kib.value_or(0))) + " KiB");

    check(all == all_async && top == top_async, "both drivers give the same rows");
    check(std::ranges::equal(all, s.index.packages, {}, &listing::name, &package::name),
          "the names are those of the index");
    check(std::ranges::equal(all, s.index.packages, {}, &listing::installed_kib, &package::installed_kib),
          "the sizes are those of the index");
}

}  // namespace demo
