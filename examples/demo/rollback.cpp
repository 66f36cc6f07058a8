#include <cstdint>
#include <stdexcept>

#include "examples/demo/steps.hpp"
#include "examples/demo/story.hpp"

namespace demo {

void rollback(stage& s) {
    heading("A transaction whose function throws is rolled back");
    const auto count = [&] { return s.blocking.fetch_one<std::int64_t>("select count(*) from packages"); };
    const auto before = count();
    const stopwatch time;
    std::uint64_t deleted = 0;
    bool thrown = false;
    try {
        s.blocking.in_transaction([&](howdah::blocking::transaction& tx) {
            deleted = tx.execute("delete from packages where id % 2 = $1", 0).rows_affected;
            throw std::runtime_error{"on second thoughts"};
        });
    } catch (const std::runtime_error& e) {
        thrown = true;
        say("deleted " + with_commas(deleted) + " rows, then: " + e.what());
    }
    const auto after = count();
    say(with_commas(static_cast<std::uint64_t>(after)) + " rows are there, as before (" + to_text(time.elapsed()) +
        ")");
    check(thrown && deleted == static_cast<std::uint64_t>(before) / 2, "half of the rows were deleted");
    check(after == before, "all of them are back");
}

}  // namespace demo
