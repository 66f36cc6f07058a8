#include "howdah/wire/message_splitter.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "howdah/base/errc.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::wire {
namespace {

using begins = message_splitter::begins_with;
using namespace std::string_literals;
using namespace std::string_view_literals;

std::string conversation() {
    bytes out;
    serialize(ssl_request{}, out);
    serialize(simple_query{.sql = "select 1"}, out);
    serialize(sync_message{}, out);
    serialize(copy_data{.content = as_bytes(std::string(100, 'c'))}, out);
    serialize(terminate{}, out);
    return std::string{as_text(out)};
}

// "tag:body" of each message, where the reads are of `step` bytes.
std::vector<std::string> split(std::string_view all, std::size_t step, std::size_t longest) {
    message_splitter s{begins::startup_packet, longest};
    std::vector<std::string> out;
    while (!all.empty()) {
        const std::string part{all.substr(0, step)};
        all.remove_prefix(part.size());
        s.feed(as_bytes(part));
        while (const auto m = s.next()) {
            out.push_back((m->tag == 0 ? std::string{} : std::string{m->tag}) + ':' +
                          (m->passed_over ? "over " + std::to_string(m->body_size) : std::string{as_text(m->body)}));
        }
        EXPECT_FALSE(s.failure());
    }
    EXPECT_TRUE(s.between_messages());
    return out;
}

TEST(message_splitter, messages_are_the_same_wherever_the_reads_cut_them) {
    const auto all = conversation();
    const std::vector<std::string> expected{":\x04\xd2\x16\x2f", "Q:select 1"s + '\0',
                                            "S:", "d:" + std::string(100, 'c'), "X:"};
    for (std::size_t step = 1; step <= all.size(); ++step) EXPECT_EQ(split(all, step, 1000), expected) << step;
}

TEST(message_splitter, what_is_longer_than_it_keeps_is_passed_over) {
    const auto all = conversation();
    const std::vector<std::string> expected{":\x04\xd2\x16\x2f", "Q:select 1"s + '\0', "S:", "d:over 100", "X:"};
    for (std::size_t step = 1; step <= all.size(); ++step) EXPECT_EQ(split(all, step, 99), expected) << step;
}

TEST(message_splitter, a_length_that_cannot_be_is_a_failure_and_nothing_follows) {
    message_splitter s{begins::message, 100};
    s.feed(as_bytes("Q\0\0\0\3S\0\0\0\4"sv));
    EXPECT_FALSE(s.next());
    EXPECT_EQ(s.failure(), errc::protocol_violation);
    EXPECT_FALSE(s.next());
    message_splitter large{begins::message, 100};
    large.feed(as_bytes("Q\x7f\xff\xff\xff"sv));
    EXPECT_FALSE(large.next());
    EXPECT_EQ(large.failure(), errc::message_too_large);
}

TEST(message_splitter, a_message_that_has_begun_is_known) {
    message_splitter s{begins::message, 100};
    s.feed(as_bytes("Q\0"sv));
    EXPECT_FALSE(s.next());
    EXPECT_FALSE(s.between_messages());
}

}  // namespace
}  // namespace howdah::wire
