#include "howdah/net/byte_queue.hpp"

#include <gtest/gtest.h>

#include <string>

namespace howdah::net {
namespace {

TEST(byte_queue, gives_back_what_was_put_in_whatever_the_pieces) {
    byte_queue queue;
    std::string in, out;
    for (std::size_t i = 0; i < 500; ++i) {
        const std::string piece(1 + i % 97, static_cast<char>('a' + i % 26));
        in += piece;
        queue.append(as_bytes(piece));
        const auto n = std::min<std::size_t>(queue.view().size(), i % 89);
        out += as_text(queue.view().first(n));
        queue.take(n);
    }
    out += as_text(queue.view());
    queue.take(queue.view().size());
    EXPECT_EQ(out, in);
    EXPECT_TRUE(queue.empty());
}

TEST(byte_queue, has_the_room_that_was_asked_for_and_keeps_what_waits) {
    byte_queue queue;
    queue.append(as_bytes("waiting"));
    queue.take(4);
    EXPECT_GE(queue.space(100'000).size(), 100'000U);
    EXPECT_EQ(as_text(queue.view()), "ing");
}

TEST(byte_queue, forgets_the_memory_of_a_large_burst_once_it_is_empty) {
    byte_queue queue;
    queue.append(as_bytes(std::string(4U << 20, 'x')));
    queue.take(queue.view().size());
    EXPECT_LT(queue.space(1).size(), 1U << 20);
}

}  // namespace
}  // namespace howdah::net
