#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <cstdlib>
#include <memory>
#include <new>

#include "howdah/blocking/blocking.hpp"
#include "tests/bench/allocations_of.hpp"
#include "tests/bench/async_run.hpp"
#include "tests/bench/point_select.hpp"

// glibc's own, uncounted.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_realloc(void*, std::size_t);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace bench {
namespace {

// SSL_write allocates four times a record, in OpenSSL 3.0: not ours to count. To be said before OpenSSL is first used.
const bool openssl_is_left_out =
    CRYPTO_set_mem_functions([](std::size_t n, const char*, int) { return __libc_malloc(n); },
                             [](void* p, std::size_t n, const char*, int) { return __libc_realloc(p, n); },
                             [](void* p, const char*, int) { std::free(p); }) == 1;

using howdah::testing::route;

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
    ASSERT_TRUE(openssl_is_left_out);
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
              std::uint64_t{counted_runs});
}

TEST_F(allocations_in_the_blocking_driver, query_makes_the_results_rows_and_offsets) {
    EXPECT_EQ(allocations_of([&](std::int32_t i) { (void)db_.query(select_numbers, i); }),
              std::uint64_t{2 * counted_runs});
}

TEST_F(allocations_in_the_blocking_driver, statements_of_a_transaction_make_none) {
    auto tx = db_.begin();
    EXPECT_EQ(allocations_of([&](std::int32_t i) { (void)tx.fetch_one<numbers>(select_numbers, i); }), 0U);
    tx.commit();
}

/// `call` is a plain function: another coroutine's frame would be counted too.
template <class Call>
std::uint64_t allocations_of_awaiting(route way, Call call) {
    std::uint64_t made = 0;
    run_async(config_by(way), [&](howdah::connection& db) -> howdah::awaitable<void> {
        co_await count_awaiting(made, [&](std::int32_t i) { return call(db, i); });
    });
    return made;
}

auto fetch_one(howdah::connection& db, std::int32_t i) {
    return db.fetch_one<numbers>(select_numbers, std::int32_t{i});
}

TEST(allocations_in_the_async_driver, fetch_one_of_numbers_makes_none) {
    EXPECT_EQ(allocations_of_awaiting(route::socket, fetch_one), 0U);
}

TEST(allocations_in_the_async_driver, fetch_one_of_numbers_over_tls_makes_none_of_its_own) {
    ASSERT_TRUE(openssl_is_left_out);
    EXPECT_EQ(allocations_of_awaiting(route::tls, fetch_one), 0U);
}

}  // namespace
}  // namespace bench
