// What 10,000 rows cost: a few system calls, whatever the method.

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cstdint>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "howdah/blocking/blocking.hpp"
#include "tests/bench/point_select.hpp"
#include "tests/bench/system_calls.hpp"

namespace bench {
namespace {

using howdah::bulk_method;

constexpr std::int32_t row_count = 10'000;

/// Of one insert_many more, once what is asked for once is known.
system_calls calls_of_an_insert(bulk_method how) {
    const auto config = config_by(howdah::testing::route::socket);
    std::vector<std::pair<std::int32_t, std::string>> rows;
    for (std::int32_t i = 0; i < row_count; ++i) rows.emplace_back(i, "row " + std::to_string(i));
    const auto insert = [&](int times) {
        return trace([&, times] {
            howdah::blocking::connection db{config};
            db.execute("create temp table inserted (id int4, name text)");
            for (int i = 0; i < times; ++i)
                if (db.insert_many(howdah::identifier{"inserted"}, {"id", "name"}, rows, {.method = how})
                        .rows_affected != rows.size())
                    throw std::runtime_error{"not all of the rows"};
        });
    };
    const auto shorter = insert(2), longer = insert(3);
    EXPECT_EQ(longer.failure, "");
    auto out = difference(longer.calls, shorter.calls);
    std::erase_if(out, [](const auto& call) {
        return call.first == SYS_brk || call.first == SYS_mmap || call.first == SYS_munmap ||
               call.first == SYS_mremap || call.first == SYS_madvise;
    });
    return out;
}

std::int64_t sum(const system_calls& calls) {
    return std::accumulate(calls.begin(), calls.end(), std::int64_t{0},
                           [](std::int64_t all, const auto& call) { return all + call.second; });
}

class bulk_calls : public testing::Test {
protected:
    void SetUp() override {
        if (!trace([] {}).permitted) GTEST_SKIP() << "this system lets no process trace another (ptrace)";
    }
};

// Sockets take 200 KiB or so at once; what they do not take is waited for by poll.
TEST_F(bulk_calls, of_ten_thousand_rows_are_a_few_sends_and_receives) {
    for (const auto how : {bulk_method::unnest, bulk_method::copy, bulk_method::automatic}) {
        const auto calls = calls_of_an_insert(how);
        const auto all = sum(calls);
        std::string words;
        for (const auto& [number, times] : calls) words += std::to_string(number) + ": " + std::to_string(times) + "  ";
        RecordProperty("method_" + std::to_string(static_cast<int>(how)), words);
        EXPECT_GE(all, 2) << words;
        EXPECT_LE(all, how == bulk_method::unnest ? 10 : 40) << words;
    }
}

}  // namespace
}  // namespace bench
