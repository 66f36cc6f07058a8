// Any number of rows takes no more than 8 MiB over what an idle client takes. Measured by the kernel, in a process of its
// own (flat_memory.cpp).
#include <iostream>
#include <map>
#include <sstream>

#include "fault_driver.hpp"
#include "howdah/testing/process.hpp"

namespace howdah::test {
namespace {

constexpr long limit = 8 * 1024;  // KiB

/// Its lines of two words, by the first.
std::map<std::string, long> measure(const std::string& driver, const std::string& work, int rows) {
    const auto said =
        testing::run_or_fail({.arguments = {FLAT_MEMORY, driver, dsn(), work, std::to_string(rows)}}, {}, 100s);
    std::map<std::string, long> out;
    std::istringstream words{said};
    std::string name;
    for (long number = 0; words >> name >> number;) out[name] = number;
    EXPECT_EQ(out["rows"], rows) << said;
    EXPECT_GT(out["idle"], 0) << said;
    std::cout << driver << ' ' << work << ": " << rows << " rows, " << out["peak"] - out["idle"]
              << " KiB over the idle " << out["idle"] << "\n";
    return out;
}

class pitfall_20_memory : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(pitfall_20_memory, is_flat_whatever_the_number_of_rows) {
    const auto [driver, work] = GetParam();
    auto taken = measure(driver, work, 2'000'000);
    EXPECT_LE(taken["peak"] - taken["idle"], limit);
}

INSTANTIATE_TEST_SUITE_P(of, pitfall_20_memory,
                         ::testing::Combine(::testing::Values("blocking", "async"),
                                            ::testing::Values("stream", "parts", "copy_out", "copy_in")),
                         [](const auto& p) { return std::string{std::get<0>(p.param)} + "_" + std::get<1>(p.param); });

TEST(pitfall_20_meter, sees_the_memory_that_rows_take_when_they_are_kept) {
    auto taken = measure("blocking", "keep", 500'000);
    EXPECT_GT(taken["peak"] - taken["idle"], limit);
}

}  // namespace
}  // namespace howdah::test
