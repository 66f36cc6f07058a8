#include "howdah/base/bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <new>

namespace howdah {
namespace {

TEST(bytes, constructing_an_element_without_a_value_leaves_the_memory_as_it_is) {
    std::byte memory{0x5a};
    default_init_allocator<std::byte>{}.construct(&memory);
    EXPECT_EQ(memory, std::byte{0x5a});
}

TEST(bytes, resizing_with_a_value_writes_it) {
    bytes b;
    b.resize(3, std::byte{7});
    EXPECT_TRUE(std::ranges::all_of(b, [](std::byte x) { return x == std::byte{7}; }));
}

TEST(bytes, text_goes_in_and_comes_back) {
    bytes b;
    append(b, "how");
    append(b, as_bytes("dah"));
    EXPECT_EQ(as_text(b), "howdah");
}

TEST(bytes, text_with_a_nul_keeps_its_length) {
    using namespace std::string_view_literals;
    EXPECT_EQ(as_bytes("a\0b"sv).size(), 3U);
}

}  // namespace
}  // namespace howdah
