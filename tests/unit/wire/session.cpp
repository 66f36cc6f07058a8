#include "howdah/wire/session.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "howdah/base/errc.hpp"
#include "howdah/wire/frontend.hpp"
#include "tests/unit/wire/startup_script.hpp"

namespace howdah::wire {
namespace {

using namespace std::string_view_literals;
using kind = event::kind;
using script::message;

struct caller final : recipient {};

const std::string row_1 = message('D', "\0\1\0\0\0\1a"sv), row_2 = message('D', "\0\1\0\0\0\2bc"sv);
const std::string done = message('C', "SELECT 2\0"sv);
const std::string idle = message('Z', "I"), in_transaction = message('Z', "T");
const std::string failed = message('E', "SERROR\0C22012\0Mdivision by zero\0\0"sv);

void submit(session& s, recipient* to, std::string_view sql = "select", std::uint8_t prelude = 0) {
    s.begin(to, prelude);
    serialize(simple_query{.sql = sql}, s.output());
    s.end();
}

void feed(session& s, std::string_view server) {
    const auto room = s.input_space(server.size());
    std::ranges::copy(as_bytes(server), room.begin());
    s.commit(server.size());
}

struct seen {
    kind what;
    char tag;
    const recipient* to;
    bool operator==(const seen&) const = default;
};

// All there is to see until input is needed or the session fails. A run of rows counts as its rows: where a run ends
// depends on how the bytes arrive.
std::vector<seen> drain(session& s) {
    std::vector<seen> out;
    for (auto e = s.next_event(); e.what != kind::need_input; e = s.next_event()) {
        for (std::uint32_t i = 0; i < std::max(e.count, 1u); ++i) out.push_back({e.what, e.tag, e.to});
        if (e.what == kind::violation) break;
    }
    return out;
}

std::vector<seen> play(session& s, std::string_view server) {
    feed(s, server);
    return drain(s);
}

TEST(session, pipelined_exchanges_are_answered_in_their_order) {
    session s{{}};
    caller a, b;
    submit(s, &a);
    submit(s, &b);
    EXPECT_EQ(s.in_flight(), 2u);
    EXPECT_EQ(s.head(), &a);
    EXPECT_TRUE(s.is_last(b));
    EXPECT_EQ(play(s, row_1 + done + idle + failed + idle), (std::vector<seen>{{kind::rows, 'D', &a},
                                                                               {kind::message, 'C', &a},
                                                                               {kind::ready, 'Z', &a},
                                                                               {kind::message, 'E', &b},
                                                                               {kind::ready, 'Z', &b}}));
    EXPECT_TRUE(s.clean());
}

TEST(session, rows_come_as_one_run_of_whole_frames) {
    session s{{}};
    caller a;
    submit(s, &a);
    feed(s, row_1 + row_2 + row_1 + row_2.substr(0, 7));
    const auto e = s.next_event();
    EXPECT_EQ(e.what, kind::rows);
    EXPECT_EQ(e.count, 3u);
    EXPECT_EQ(as_text(e.data), row_1 + row_2 + row_1);
    EXPECT_EQ(s.next_event().what, kind::need_input);
    feed(s, row_2.substr(7));
    EXPECT_EQ(as_text(s.next_event().data), row_2);
}

TEST(session, bytes_cut_anywhere_give_the_same_events) {
    const auto server = message('1', {}) + row_1 + row_2 + message('N', "SNOTICE\0\0"sv) + row_1 + done +
                        in_transaction + message('S', "TimeZone\0UTC\0"sv) + failed + idle +
                        message('A', "\0\0\0\1c\0p\0"sv);
    caller a, b;
    const auto run = [&](std::size_t first, std::size_t then) {
        session s{{}};
        submit(s, &a);
        submit(s, &b);
        std::vector<seen> all;
        for (std::size_t at = 0; at < server.size(); at += at == 0 ? first : then) {
            const auto part = play(s, std::string_view{server}.substr(at, at == 0 ? first : then));
            all.insert(all.end(), part.begin(), part.end());
        }
        EXPECT_TRUE(s.clean());
        return all;
    };
    const auto whole = run(server.size(), 1);
    EXPECT_EQ(whole.size(), 10u) << "ParseComplete says nothing";
    EXPECT_EQ(run(1, 1), whole);
    for (std::size_t n = 1; n < server.size(); ++n) EXPECT_EQ(run(n, server.size()), whole) << n;
}

TEST(session, prelude_is_swallowed_up_to_its_last_command) {
    session s{{}};
    caller a;
    submit(s, &a, "select", 2);
    const auto begin = message('1', {}) + message('2', {}) + message('C', "BEGIN\0"sv);
    EXPECT_EQ(play(s, begin), std::vector<seen>{});
    EXPECT_EQ(play(s, begin + message('2', {})),
              (std::vector<seen>{{kind::prelude_done, 0, &a}, {kind::message, '2', &a}}));
}

TEST(session, error_in_the_prelude_says_so) {
    session s{{}};
    caller a;
    submit(s, &a, "select", 1);
    feed(s, failed + idle);
    const auto e = s.next_event();
    EXPECT_EQ(e.tag, 'E');
    EXPECT_TRUE(e.in_prelude);
    EXPECT_EQ(s.next_event().what, kind::ready);
    EXPECT_TRUE(s.clean());
}

TEST(session, answers_of_a_forgotten_recipient_are_thrown_away) {
    session s{{}};
    caller a, b;
    submit(s, &a);
    submit(s, &b);
    s.forget(a);
    EXPECT_EQ(s.head(), nullptr);
    EXPECT_EQ(play(s, row_1 + done + idle + done + idle),
              (std::vector<seen>{{kind::ready, 'Z', nullptr}, {kind::message, 'C', &b}, {kind::ready, 'Z', &b}}));
}

TEST(session, forgotten_recipient_s_errors_and_copy_in_are_still_told) {
    session s{{}};
    caller a;
    submit(s, &a);
    s.forget(a);
    EXPECT_EQ(play(s, message('G', "\0\0\0"sv) + failed),
              (std::vector<seen>{{kind::message, 'G', nullptr}, {kind::message, 'E', nullptr}}));
}

TEST(session, skipped_row_larger_than_the_buffer_is_not_kept) {
    session s{{}};
    caller a;
    submit(s, &a);
    s.skip_rows();
    constexpr std::size_t large = 64 << 20;
    feed(s, "D" + script::number(large + 4));
    EXPECT_EQ(s.next_event().what, kind::need_input);
    const std::string chunk(64 << 10, 'x');
    std::size_t widest = 0;
    for (std::size_t sent = 0; sent < large; sent += chunk.size()) {
        widest = std::max(widest, s.input_space(chunk.size()).size());
        feed(s, chunk);
        ASSERT_EQ(s.next_event().what, kind::need_input);
    }
    EXPECT_LT(widest, std::size_t{1} << 20);
    EXPECT_EQ(play(s, done + idle), (std::vector<seen>{{kind::message, 'C', &a}, {kind::ready, 'Z', &a}}));
}

TEST(session, rows_are_skipped_only_for_the_exchange_that_wants_none) {
    session s{{}};
    caller a, b;
    submit(s, &a);
    submit(s, &b);
    s.skip_rows();
    EXPECT_EQ(play(s, row_1 + done + idle + row_2),
              (std::vector<seen>{{kind::message, 'C', &a}, {kind::ready, 'Z', &a}, {kind::rows, 'D', &b}}));
}

TEST(session, exchange_that_is_taken_back_leaves_nothing) {
    session s{{}};
    caller a, b;
    submit(s, &a, "first");
    const std::string before{as_text(s.pending_output())};
    s.begin(&b);
    serialize(simple_query{.sql = "second"}, s.output());
    EXPECT_EQ(as_text(s.pending_output()), before) << "an open exchange is not sent";
    EXPECT_FALSE(s.clean());
    s.take_back();
    EXPECT_EQ(as_text(s.pending_output()), before);
    EXPECT_EQ(s.in_flight(), 1u);
    EXPECT_FALSE(s.was_sent(b));
}

TEST(session, exchange_counts_as_sent_from_its_first_byte_on) {
    session s{{}};
    caller a, b;
    submit(s, &a);
    submit(s, &b);
    const auto one = s.pending_output().size() / 2;
    EXPECT_FALSE(s.was_sent(a));
    s.written(1);
    EXPECT_TRUE(s.was_sent(a));
    EXPECT_FALSE(s.was_sent(b));
    s.written(one - 1);
    EXPECT_FALSE(s.was_sent(b));
    s.written(one);
    EXPECT_TRUE(s.was_sent(b));
    EXPECT_TRUE(s.pending_output().empty());
}

TEST(session, sent_is_remembered_when_the_output_is_compacted) {
    session s{{}};
    caller a, b, c;
    submit(s, &a);
    submit(s, &b);
    s.written(s.pending_output().size() - 1);
    submit(s, &c);  // what was written leaves the buffer here
    EXPECT_TRUE(s.was_sent(b));
    EXPECT_FALSE(s.was_sent(c));
    s.written(2);
    EXPECT_TRUE(s.was_sent(c));
}

TEST(session, pipeline_is_as_deep_and_as_wide_as_it_may) {
    session deep{{.pipeline_depth = 2}};
    caller a;
    submit(deep, &a);
    EXPECT_TRUE(deep.room_for_exchange());
    submit(deep, &a);
    EXPECT_FALSE(deep.room_for_exchange());
    (void)play(deep, idle);
    EXPECT_TRUE(deep.room_for_exchange());

    session wide{{.pipeline_bytes = 10}};
    submit(wide, &a, "longer than ten bytes");
    EXPECT_FALSE(wide.room_for_exchange());
}

TEST(session, length_below_four_is_a_violation) {
    for (const std::uint32_t length : {0u, 1u, 3u}) {
        session s{{}};
        caller a;
        submit(s, &a);
        EXPECT_EQ(play(s, "D" + script::number(length)).back().what, kind::violation) << length;
        EXPECT_EQ(s.failure(), errc::protocol_violation);
    }
}

TEST(session, frame_of_two_gibibytes_is_a_violation_before_anything_is_allocated) {
    for (const char tag : {'D', 'C', 'E'}) {
        for (const std::uint32_t length : {0x7fffffffu, 0x80000000u, 0xffffffffu}) {
            session s{{}};
            caller a;
            submit(s, &a);
            EXPECT_EQ(play(s, tag + script::number(length)).back().what, kind::violation);
            EXPECT_EQ(s.failure(), errc::message_too_large);
            EXPECT_LT(s.input_space(1).size(), std::size_t{1} << 20);
        }
    }
}

TEST(session, announced_length_alone_reserves_nothing) {
    session s{{}};
    caller a;
    submit(s, &a);
    EXPECT_EQ(play(s, "D" + script::number((1u << 30) - 1)), std::vector<seen>{});
    EXPECT_LT(s.input_space(1).size(), std::size_t{1} << 20);
}

TEST(session, rows_behind_a_bad_length_are_given_before_the_violation) {
    session s{{}};
    caller a;
    submit(s, &a);
    EXPECT_EQ(play(s, row_1 + "D" + script::number(3)),
              (std::vector<seen>{{kind::rows, 'D', &a}, {kind::violation, 0, nullptr}}));
    EXPECT_EQ(play(s, done), (std::vector<seen>{{kind::violation, 0, nullptr}})) << "it stays broken";
}

TEST(session, messages_without_an_exchange_are_a_violation) {
    for (const auto& m : {row_1, done, idle, message('1', {}), message('T', "\0\0"sv), message('G', "\0\0\0"sv),
                          message('R', "\0\0\0\0"sv)}) {
        session s{{}};
        EXPECT_EQ(play(s, m), (std::vector<seen>{{kind::violation, 0, nullptr}})) << m[0];
        EXPECT_EQ(s.failure(), errc::protocol_violation);
    }
}

TEST(session, server_may_speak_unasked_of_notices_parameters_notifications_and_its_end) {
    session s{{}};
    EXPECT_EQ(play(s, message('N', "\0"sv) + message('S', "a\0b\0"sv) + message('A', "\0\0\0\1c\0p\0"sv) + failed),
              (std::vector<seen>{{kind::notice, 'N', nullptr},
                                 {kind::parameter, 'S', nullptr},
                                 {kind::notification, 'A', nullptr},
                                 {kind::unsolicited, 'E', nullptr}}));
}

TEST(session, ready_for_query_of_an_unknown_state_is_a_violation) {
    session s{{}};
    caller a;
    submit(s, &a);
    EXPECT_EQ(play(s, message('Z', "X")).back().what, kind::violation);
    EXPECT_EQ(s.in_flight(), 1u);
}

TEST(session, clean_means_every_sync_answered_and_no_transaction) {
    session s{{}};
    caller a;
    EXPECT_TRUE(s.clean());
    submit(s, &a);
    submit(s, &a);
    EXPECT_FALSE(s.clean());
    (void)play(s, done + idle);
    EXPECT_FALSE(s.clean()) << "the last status says idle, and one exchange is unanswered";
    (void)play(s, done + in_transaction);
    EXPECT_FALSE(s.clean());
    EXPECT_EQ(s.status(), transaction_status::in_transaction);
    submit(s, &a);
    (void)play(s, done + idle);
    EXPECT_TRUE(s.clean());
}

}  // namespace
}  // namespace howdah::wire
