#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>

#include "bench/allocation_counter.hpp"
#include "howdah/blocking/connection.hpp"
#include "tests/bench/async_run.hpp"
#include "tests/bench/point_select.hpp"

namespace bench {
namespace {

using howdah::testing::route;

constexpr int warm_up = 100, counted = 1000;

/// Allocations of `counted` runs, after those that fill the caches.
template <class Work>
std::uint64_t allocations_of(Work work) {
    for (std::int32_t i = 0; i < warm_up; ++i) work(i);
    const auto before = allocations();
    for (std::int32_t i = 0; i < counted; ++i) work(i);
    return allocations() - before;
}

TEST(allocations, of_every_kind_are_counted) {
    const auto before = allocations();
    void* volatile kept[6]{};
    kept[0] = std::malloc(8);
    kept[1] = std::calloc(2, 8);
    kept[2] = std::aligned_alloc(64, 64);
    void* aligned = nullptr;
    ASSERT_EQ(::posix_memalign(&aligned, 64, 64), 0);
    kept[3] = aligned;
    kept[4] = ::operator new(8);
    kept[5] = ::operator new(64, std::align_val_t{64});
    EXPECT_EQ(allocations() - before, 6U);
    for (int i = 0; i < 4; ++i) std::free(kept[i]);
    ::operator delete(kept[4]);
    ::operator delete(kept[5], std::align_val_t{64});
}

class allocations_in_the_blocking_driver : public testing::Test {
protected:
    howdah::blocking::connection db_{config_by(route::socket)};
};

TEST_F(allocations_in_the_blocking_driver, fetch_one_of_numbers_makes_none) {
    EXPECT_EQ(allocations_of([&](std::int32_t i) { (void)db_.fetch_one<numbers>(select_numbers, i); }), 0U);
}

TEST_F(allocations_in_the_blocking_driver, fetch_one_of_numbers_over_tls_makes_none_of_its_own) {
    howdah::blocking::connection db{config_by(route::tls)};
    EXPECT_EQ(allocations_of([&](std::int32_t i) { (void)db.fetch_one<numbers>(select_numbers, i); }), 0U);
}

TEST_F(allocations_in_the_blocking_driver, fetch_optional_of_numbers_makes_none) {
    EXPECT_EQ(allocations_of([&](std::int32_t i) { (void)db_.fetch_optional<numbers>(select_numbers, i); }), 0U);
}

TEST_F(allocations_in_the_blocking_driver, fetch_one_of_a_prepared_statement_makes_none) {
    auto statement = db_.prepare<std::int32_t>(select_numbers);
    EXPECT_EQ(allocations_of([&](std::int32_t i) { (void)statement.fetch_one<numbers>(i); }), 0U);
}

TEST_F(allocations_in_the_blocking_driver, execute_makes_none) {
    EXPECT_EQ(allocations_of([&](std::int32_t i) { (void)db_.execute(select_numbers, i); }), 0U);
}

TEST_F(allocations_in_the_blocking_driver, fetch_all_makes_the_vectors) {
    EXPECT_EQ(allocations_of([&](std::int32_t i) { (void)db_.fetch_all<numbers>(select_numbers, i); }),
              std::uint64_t{counted});
}

TEST_F(allocations_in_the_blocking_driver, query_makes_the_results_rows_and_offsets) {
    EXPECT_EQ(allocations_of([&](std::int32_t i) { (void)db_.query(select_numbers, i); }), std::uint64_t{2 * counted});
}

TEST_F(allocations_in_the_blocking_driver, statements_of_a_transaction_make_none) {
    auto tx = db_.begin();
    EXPECT_EQ(allocations_of([&](std::int32_t i) { (void)tx.fetch_one<numbers>(select_numbers, i); }), 0U);
    tx.commit();
}

/// The same for a coroutine; `counted` of them, one after another.
template <class Work>
std::uint64_t allocations_of_async(route way, Work work) {
    std::uint64_t made = 0;
    run_async(config_by(way), [&](howdah::connection& db) -> howdah::awaitable<void> {
        for (std::int32_t i = 0; i < warm_up; ++i) co_await work(db, i);
        const auto before = allocations();
        for (std::int32_t i = 0; i < counted; ++i) co_await work(db, i);
        made = allocations() - before;
    });
    return made;
}

howdah::awaitable<void> fetch_one(howdah::connection& db, std::int32_t i) {
    const auto row = co_await db.fetch_one<numbers>(select_numbers, i);
    EXPECT_EQ(row.i, i);
}

TEST(allocations_in_the_async_driver, fetch_one_of_numbers_makes_none) {
    EXPECT_EQ(allocations_of_async(route::socket, fetch_one), 0U);
}

TEST(allocations_in_the_async_driver, fetch_one_of_numbers_over_tls_makes_none_of_its_own) {
    EXPECT_EQ(allocations_of_async(route::tls, fetch_one), 0U);
}

}  // namespace
}  // namespace bench
