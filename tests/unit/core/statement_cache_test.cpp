#include "howdah/core/statement_cache.hpp"

#include <gtest/gtest.h>

#include <set>

namespace howdah::core {
namespace {

statement_cache cache_of(std::size_t entries, std::size_t bytes = std::size_t{1} << 20) {
    return statement_cache{{.entries = entries, .bytes = bytes, .longest_statement = 100}, naming::named};
}

TEST(statement_cache, least_recently_used_goes_first) {
    auto c = cache_of(2);
    const auto a = c.insert("a", 1), b = c.insert("b", 2);
    EXPECT_EQ(c.find("a", 1), a);
    (void)c.insert("c", 3);
    EXPECT_EQ(c.find("b", 2), nullptr);
    EXPECT_EQ(b->state, prepared::state::gone);
    EXPECT_EQ(c.find("a", 1), a);
    EXPECT_EQ(c.take_closed(), std::vector{b->name});
    EXPECT_FALSE(c.has_closed()) << "a name is closed once";
}

TEST(statement_cache, bytes_are_bounded_and_the_newest_stays) {
    auto c = cache_of(100, 1);
    (void)c.insert("first", 1);
    const auto second = c.insert("second", 2);
    EXPECT_EQ(c.size(), 1u);
    EXPECT_EQ(c.find("second", 2), second);
    EXPECT_EQ(c.bytes(), second->bytes());
}

TEST(statement_cache, bytes_return_to_nothing) {
    auto c = cache_of(10);
    const auto a = c.insert("a", 1), b = c.insert("bb", 2);
    EXPECT_EQ(c.bytes(), a->bytes() + b->bytes());
    c.erase(a);
    c.erase(b);
    c.erase(b);
    EXPECT_EQ(c.bytes(), 0u);
    EXPECT_EQ(c.size(), 0u);
    EXPECT_EQ(c.take_closed().size(), 2u);
}

TEST(statement_cache, names_are_never_used_twice) {
    auto c = cache_of(1);
    std::set<std::string> names;
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(names.insert(c.insert("same", 1)->name).second);
}

TEST(statement_cache, texts_of_one_hash_are_told_apart) {
    auto c = cache_of(10);
    const auto a = c.insert("a", 7), b = c.insert("b", 7);
    EXPECT_EQ(c.find("a", 7), a);
    EXPECT_EQ(c.find("b", 7), b);
    EXPECT_EQ(c.find("c", 7), nullptr);
    c.erase(a);
    EXPECT_EQ(c.find("a", 7), nullptr);
    EXPECT_EQ(c.find("b", 7), b);
}

TEST(statement_cache, statement_that_is_gone_is_not_found_and_its_name_is_closed) {
    auto c = cache_of(10);
    const auto a = c.insert("a", 1);
    a->state = prepared::state::gone;
    EXPECT_EQ(c.find("a", 1), nullptr);
    EXPECT_EQ(c.size(), 0u);
    EXPECT_EQ(c.take_closed(), std::vector{a->name});
}

TEST(statement_cache, names_that_could_not_be_sent_are_given_back) {
    auto c = cache_of(10);
    c.erase(c.insert("a", 1));
    c.give_back_closed(c.take_closed());
    EXPECT_TRUE(c.has_closed());
}

TEST(statement_cache, long_statements_and_an_empty_cache_take_nothing) {
    EXPECT_TRUE(cache_of(1).takes(std::string(100, 'x')));
    EXPECT_FALSE(cache_of(1).takes(std::string(101, 'x')));
    EXPECT_FALSE(cache_of(0).takes("x"));
}

TEST(statement_cache, facts_alone_need_no_name_and_no_close) {
    statement_cache c{{}, naming::facts_only};
    const auto a = c.insert("a", 1);
    EXPECT_TRUE(a->name.empty());
    c.erase(a);
    EXPECT_FALSE(c.has_closed());
}

}  // namespace
}  // namespace howdah::core
