#include "howdah/base/secret_string.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace howdah {
namespace {

template <class T>
concept prints = requires(std::ostream& out, const T& value) { out << value; };
static_assert(prints<std::string> && !prints<secret_string>);
static_assert(!std::is_convertible_v<secret_string, std::string>);
static_assert(!std::is_convertible_v<secret_string, std::string_view>);
static_assert(!std::is_convertible_v<std::string, secret_string>);
static_assert(std::is_nothrow_move_constructible_v<secret_string>);

// Short enough to lie inside the object, where its memory can be looked at after its end.
constexpr std::string_view inside = "correct horse";

/// A secret_string in memory that outlives it.
class buried {
public:
    explicit buried(std::string_view text) : alive_{std::construct_at(at(), text)} {}
    ~buried() { end(); }
    buried(const buried&) = delete;
    buried& operator=(const buried&) = delete;

    secret_string& alive() noexcept { return *alive_; }
    void end() noexcept {
        if (alive_ != nullptr) std::destroy_at(std::exchange(alive_, nullptr));
    }
    bool holds(std::string_view text) const noexcept {
        const std::string_view memory{reinterpret_cast<const char*>(memory_), sizeof memory_};
        return memory.find(text) != std::string_view::npos;
    }

private:
    secret_string* at() noexcept { return reinterpret_cast<secret_string*>(memory_); }

    alignas(secret_string) std::byte memory_[sizeof(secret_string)]{};
    secret_string* alive_;
};

TEST(secret_string, reveals_what_it_was_given) {
    EXPECT_EQ(secret_string{"hunter2"}.reveal(), "hunter2");
    EXPECT_TRUE(secret_string{}.empty());
    EXPECT_FALSE(secret_string{"x"}.empty());
}

TEST(secret_string, its_memory_is_wiped_when_it_goes) {
    buried secret{inside};
    ASSERT_TRUE(secret.holds(inside));
    secret.end();
    EXPECT_FALSE(secret.holds(inside.substr(0, 4)));
}

TEST(secret_string, a_secret_that_was_moved_away_is_wiped_where_it_was) {
    buried secret{inside};
    const secret_string moved{std::move(secret.alive())};
    EXPECT_EQ(moved.reveal(), inside);
    EXPECT_FALSE(secret.holds(inside.substr(0, 4)));
}

TEST(secret_string, an_assigned_secret_replaces_the_old_one_which_is_wiped) {
    buried secret{inside};
    secret.alive() = secret_string{"battery"};
    EXPECT_EQ(secret.alive().reveal(), "battery");
    EXPECT_FALSE(secret.holds(inside.substr(0, 4)));
    EXPECT_FALSE(secret.holds(inside.substr(8)));
}

TEST(secret_string, a_copy_lives_on) {
    secret_string copy;
    {
        const secret_string original{std::string(100, 'x')};
        copy = original;
    }
    EXPECT_EQ(copy.reveal(), std::string(100, 'x'));
}

TEST(secret_string, assigned_to_itself_it_stays) {
    secret_string secret{"hunter2"};
    const auto& same = secret;
    secret = same;
    EXPECT_EQ(secret.reveal(), "hunter2");
}

TEST(secret_string, equality_looks_at_every_character) {
    EXPECT_EQ(secret_string{"abc"}, secret_string{"abc"});
    EXPECT_NE(secret_string{"abc"}, secret_string{"abd"});
    EXPECT_NE(secret_string{"abc"}, secret_string{"xbc"});
    EXPECT_NE(secret_string{"abc"}, secret_string{"ab"});
    EXPECT_EQ(secret_string{}, secret_string{""});
}

TEST(wipe, overwrites_all_of_the_memory_and_nothing_else) {
    char memory[] = {'a', 'b', 'c', 'd'};
    wipe(memory + 1, 2);
    EXPECT_EQ((std::string_view{memory, 4}), (std::string_view{"a\0\0d", 4}));
}

}  // namespace
}  // namespace howdah
