// A stream's conversation: what travels, what waits while its caller looks at rows, what is left behind.

#include <gtest/gtest.h>

#include <vector>

#include "howdah/core/stream_call.hpp"
#include "howdah/core/transaction_calls.hpp"
#include "tests/unit/core/line.hpp"

namespace howdah::core::script {
namespace {

std::string number(int n) {
    const std::string bytes{'\0', '\0', '\0', static_cast<char>(n)};
    return data_row({bytes});
}
const std::string opened = message('1') + parameter_types({}) + row_description({{"n", oids::int4}}) + message('2');
const std::string suspended = message('s');

class stream {
public:
    explicit stream(stream_options options = {}, lease_id lease = 0)
        : body_{std::make_unique<open_stream_with<int, parameters<>>>(
              statement_text{unsafe_sql{std::string{"select n"}}}, parameters<>{std::in_place}, options)} {
        op().lease = lease;
    }
    stream_call& op() { return body_->call(); }
    std::vector<int> batch() const {
        std::vector<int> out;
        for (const int n : body_->rows().batch()) out.push_back(n);
        return out;
    }
    void drop() { body_.reset(); }

private:
    std::unique_ptr<open_stream_with<int, parameters<>>> body_;
};

using rows = std::vector<int>;

// As a driver does it: whoever is done or paused is told.
void tell_all(line& l) {
    while (l.engine.next_done() != nullptr) {}
}
void go_on(line& l, stream& s) {
    tell_all(l);
    l.engine.resume(s.op(), l.now);
    (void)l.engine.process(l.now);
}

TEST(stream, all_at_once_stops_reading_while_its_caller_looks_at_rows) {
    line l;
    stream s;
    l.submit(s.op());
    EXPECT_EQ(l.send_tags(), "PDBES");
    ASSERT_TRUE(
        l.hear(opened + number(1) + number(2) + message('N', "\0"sv) + number(3) + complete("SELECT 3") + ready()));
    EXPECT_TRUE(l.engine.holds_input());
    EXPECT_EQ(s.batch(), (rows{1, 2}));
    go_on(l, s);
    EXPECT_EQ(s.batch(), rows{3});
    EXPECT_FALSE(s.op().done());
    go_on(l, s);
    EXPECT_TRUE(s.op().done());
    EXPECT_FALSE(s.op().failure());
    EXPECT_EQ(s.batch(), rows{});
    EXPECT_TRUE(l.engine.idle());
}

TEST(stream, others_wait_unsent_until_its_end) {
    line l;
    stream s;
    call<> other{"delete from t"};
    l.submit(s.op());
    l.submit(other.op);
    EXPECT_EQ(l.send_tags(), "PDBES");
    ASSERT_TRUE(l.hear(opened + number(1)));
    tell_all(l);
    EXPECT_TRUE(l.engine.waits_for_caller(other.op));
    go_on(l, s);
    EXPECT_EQ(l.send(), "");
    ASSERT_TRUE(l.hear(complete("SELECT 1") + ready()));
    EXPECT_EQ(l.send_tags(), "PDBES");
}

TEST(stream, in_parts_keeps_its_portal_by_flush_in_place_of_sync) {
    line l;
    stream s{{.fetch_size = 2}};
    l.submit(s.op());
    EXPECT_EQ(l.send_tags(), "PDBEH");
    ASSERT_TRUE(l.hear(opened + number(1) + number(2) + suspended));
    EXPECT_EQ(s.batch(), (rows{1, 2}));
    EXPECT_EQ(l.send(), "") << "no more is asked for before it is wanted";
    go_on(l, s);
    EXPECT_EQ(l.send_tags(), "EH");
    ASSERT_TRUE(l.hear(number(3)));
    EXPECT_EQ(s.batch(), rows{3});
    go_on(l, s);
    ASSERT_TRUE(l.hear(complete("SELECT 1")));
    EXPECT_EQ(l.send_tags(), "S");
    EXPECT_FALSE(s.op().done());
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_TRUE(s.op().done());
    EXPECT_TRUE(l.engine.idle());
}

TEST(stream, in_parts_that_is_dropped_between_two_of_them_costs_a_sync_and_no_cancel) {
    line l;
    stream s{{.fetch_size = 1}};
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.hear(opened + number(1)));
    go_on(l, s);
    ASSERT_TRUE(l.hear(suspended));
    EXPECT_EQ(l.send_tags(), "EH");
    ASSERT_TRUE(l.hear(number(2)));
    s.drop();
    EXPECT_EQ(l.send_tags(), "S");
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted) << "the server is at work on the rest of the part";
    l.engine.cancel_begun();
    l.engine.cancel_ended();
    EXPECT_EQ(l.send_tags(), "S") << "the fence";
    ASSERT_TRUE(l.hear(suspended + ready() + ready()));
    EXPECT_TRUE(l.engine.idle());
}

TEST(stream, all_at_once_that_is_dropped_cancels_the_server_and_throws_the_rest_away) {
    line l;
    stream s;
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.hear(opened + number(1)));
    s.drop();
    EXPECT_FALSE(l.engine.holds_input());
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted);
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(number(2) + refusal("57014") + ready()));
    l.engine.cancel_ended();
    (void)l.send();
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_TRUE(l.engine.idle());
}

// The rows that came meanwhile were thrown away: an end without an error would be taken for all of them.
TEST(stream, out_of_time_that_ends_before_its_cancel_comes_is_no_success) {
    line l;
    stream s;
    s.op().options.timeout = 1s;
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.later(1s));
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(opened + number(1) + complete("SELECT 1") + ready()));
    ASSERT_TRUE(s.op().done());
    EXPECT_EQ(code(s.op()), errc::timed_out);
}

TEST(stream, that_is_dropped_to_be_drained_is_not_cancelled_however_long_it_takes) {
    line l;
    stream s{{.when_abandoned = on_abandon::drain}};
    call<> next{"delete from t"};
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.hear(opened + number(1)));
    s.drop();
    ASSERT_TRUE(l.hear(number(2)));
    ASSERT_TRUE(l.later(10s));
    EXPECT_EQ(l.engine.cancelling(), cancel_state::none);
    ASSERT_TRUE(l.hear(number(3) + complete("SELECT 3") + ready()));
    EXPECT_TRUE(l.engine.idle());
    l.submit(next.op);
    EXPECT_EQ(l.send_tags(), "PDBES");
}

// Inside of a transaction.

class stream_in_transaction : public ::testing::Test {
protected:
    stream_in_transaction() {
        lease_call c{"begin", lease};
        l.submit(c);
        call<> first{"delete from t"};
        first.op.lease = lease;
        l.submit(first.op);
        (void)l.send();
        EXPECT_TRUE(l.hear(begun() + first_use("DELETE 1") + ready("T")));
        tell_all(l);
    }
    line l;
    lease_id lease = 0;
};

TEST_F(stream_in_transaction, two_run_side_by_side_each_by_its_portal) {
    stream a{{.fetch_size = 1}, lease}, b{{.fetch_size = 1}, lease};
    l.submit(a.op());
    EXPECT_EQ(l.send_tags(), "PDBES");
    ASSERT_TRUE(l.hear(opened + number(1) + suspended + ready("T")));
    EXPECT_EQ(a.batch(), rows{1});
    l.submit(b.op());
    EXPECT_EQ(l.send_tags(), "BES");
    ASSERT_TRUE(l.hear(message('2') + number(7) + suspended + ready("T")));
    EXPECT_EQ(b.batch(), rows{7});
    EXPECT_EQ(a.batch(), rows{1}) << "a part stays what it was while others are read";
    go_on(l, a);
    const auto more = l.send();
    EXPECT_EQ(tags(more), "ES");
    EXPECT_NE(more.find("howdah_p1"), std::string::npos);
    ASSERT_TRUE(l.hear(number(2) + complete("SELECT 1") + ready("T")));
    EXPECT_TRUE(a.op().done());
    EXPECT_EQ(a.batch(), rows{2});
}

TEST_F(stream_in_transaction, a_dropped_one_has_its_portal_closed_in_front_of_what_is_sent_next) {
    stream s{{.fetch_size = 1}, lease};
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.hear(opened + number(1) + suspended + ready("T")));
    tell_all(l);
    s.drop();
    EXPECT_EQ(l.send(), "");
    EXPECT_EQ(l.engine.cancelling(), cancel_state::none);
    call<> next{"delete from t"};
    next.op.lease = lease;
    l.submit(next.op);
    EXPECT_EQ(l.send_tags(), "CBES");
    ASSERT_TRUE(l.hear(message('3') + later_use("DELETE 1") + ready("T")));
    EXPECT_FALSE(next.op.failure());
}

TEST_F(stream_in_transaction, one_that_reads_all_at_once_keeps_others_out_until_its_end) {
    stream s{{.fetch_size = 0}, lease};
    call<> other{"delete from t"}, later{"delete from t"};
    other.op.lease = later.op.lease = lease;
    l.submit(s.op());
    (void)l.send();
    l.submit(other.op);
    EXPECT_EQ(code(other.op), errc::connection_busy);
    EXPECT_EQ(fate_of(other.op), fate::not_sent);
    ASSERT_TRUE(l.hear(opened + number(1)));
    go_on(l, s);
    ASSERT_TRUE(l.hear(complete("SELECT 1") + ready("T")));
    l.submit(later.op);
    EXPECT_EQ(l.send_tags(), "BES");
}

// Its portal is closed already.
TEST_F(stream_in_transaction, one_out_of_time_whose_part_comes_all_the_same_goes_no_further) {
    stream s{{.fetch_size = 1}, lease};
    s.op().options.timeout = 1s;
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.later(1s));
    l.engine.cancel_begun();
    ASSERT_TRUE(l.hear(opened + number(1) + suspended + ready("T")));
    ASSERT_TRUE(s.op().done());
    EXPECT_EQ(code(s.op()), errc::timed_out);
}

TEST_F(stream_in_transaction, one_whose_transaction_has_ended_says_so) {
    stream s{{.fetch_size = 1}, lease};
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.hear(opened + number(1) + suspended + ready("T")));
    tell_all(l);
    l.engine.release(lease);
    (void)l.send();
    ASSERT_TRUE(l.hear(complete("ROLLBACK") + ready()));
    l.engine.resume(s.op(), l.now);
    EXPECT_EQ(code(s.op()), errc::transaction_ended);
    EXPECT_TRUE(l.engine.idle());
}

// Endings.

TEST(stream, each_wait_has_a_deadline_of_its_own) {
    engine_options quick;
    quick.query_timeout = 1s;
    line l{quick};
    stream s{{.fetch_size = 1}};
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.hear(opened + number(1)));
    ASSERT_TRUE(l.later(1h));
    EXPECT_EQ(l.engine.next_deadline(), clock::time_point::max()) << "the caller may look as long as it likes";
    go_on(l, s);
    ASSERT_TRUE(l.hear(suspended));
    (void)l.send();
    ASSERT_TRUE(l.later(1s));
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted);
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(refusal("57014") + ready()));
    EXPECT_EQ(code(s.op()), errc::timed_out);
    EXPECT_EQ(fate_of(s.op()), fate::rejected);
}

TEST(stream, whose_cancel_came_too_late_has_timed_out_all_the_same) {
    engine_options quick;
    quick.query_timeout = 1s;
    line l{quick};
    stream s{{.fetch_size = 1}};
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.later(1s));
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(opened + number(1) + suspended + ready()));
    EXPECT_EQ(code(s.op()), errc::timed_out);
    EXPECT_FALSE(l.engine.holds_input());
}

TEST(stream, that_the_server_rejects_ends_its_exchange) {
    line l;
    stream s{{.fetch_size = 1}};
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.hear(refusal("42P01")));
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_EQ(s.op().failure()->state(), sqlstate{"42P01"});
    EXPECT_TRUE(l.engine.idle());
}

TEST(stream, of_a_row_that_is_not_as_the_type_wants_it_ends_at_once) {
    line l;
    stream s;
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.hear(message('1') + parameter_types({}) + row_description({{"a", oids::int4}, {"b", oids::int4}}) +
                       message('2') + data_row({"\0\0\0\1"sv, "\0\0\0\2"sv})));
    EXPECT_EQ(code(s.op()), errc::column_count_mismatch);
    EXPECT_EQ(l.engine.cancelling(), cancel_state::wanted);
}

TEST(stream, with_a_stale_plan_is_prepared_anew_before_its_first_row) {
    line l;
    call<> first{"select n"};
    l.submit(first.op);
    (void)l.send();
    ASSERT_TRUE(l.hear(opened + complete("SELECT 0") + ready()));
    tell_all(l);
    stream s{{.fetch_size = 1}};
    l.submit(s.op());
    EXPECT_EQ(l.send_tags(), "BEH");
    ASSERT_TRUE(l.hear(refusal("0A000", "ERROR", "RevalidateCachedQuery")));
    EXPECT_EQ(l.send_tags(), "S");
    ASSERT_TRUE(l.hear(ready()));
    EXPECT_EQ(l.send_tags(), "CPDBEH");
    ASSERT_TRUE(l.hear(message('3') + opened + number(5)));
    EXPECT_EQ(s.batch(), rows{5});
}

// Cut before each byte: rows that came are right, and the stream ends.
TEST(stream, cut_anywhere_gives_rows_that_came_and_then_an_error) {
    for (const std::uint32_t size : {0u, 2u}) {
        const auto server = size == 0 ? opened + number(1) + number(2) + complete("SELECT 2") + ready()
                                      : opened + number(1) + number(2) + suspended;
        for (std::size_t n = 0; n < server.size(); ++n) {
            line l;
            stream s{{.fetch_size = size}};
            l.submit(s.op());
            (void)l.send();
            rows got;
            const auto keep = [&] {
                while (l.engine.holds_input()) {
                    for (const int i : s.batch()) got.push_back(i);
                    go_on(l, s);
                }
            };
            for (std::size_t i = 0; i < n; ++i) {
                ASSERT_TRUE(l.hear(std::string_view{server}.substr(i, 1)));
                keep();
            }
            l.lose();
            ASSERT_TRUE(s.op().done()) << n;
            ASSERT_TRUE(s.op().failure()) << n;
            EXPECT_EQ(fate_of(s.op()), fate::unknown) << n;
            for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got[i], static_cast<int>(i) + 1) << n;
        }
    }
}

TEST(stream, views_of_rows_that_are_not_as_described_close_the_connection) {
    const auto described_rows = message('2') + number(1);
    for (const auto& wrong : {data_row({"a", "b"}), data_row({}), message('D', "\0\1\0\0\0\7xy"sv)}) {
        line l;
        open_stream_with<row_view, parameters<>> s{statement_text{unsafe_sql{std::string{"select n"}}},
                                                   parameters<>{std::in_place}, stream_options{}};
        l.submit(s.call());
        EXPECT_EQ(l.send_tags(), "PDS");
        ASSERT_TRUE(l.hear(message('1') + parameter_types({}) + row_description({{"n", oids::int4}}) + ready()));
        EXPECT_EQ(l.send_tags(), "BES");
        EXPECT_FALSE(l.hear(described_rows + wrong));
        EXPECT_EQ(code(s.call()), errc::protocol_violation);
    }
}

TEST(stream, paused_while_the_connection_is_lost_says_so_when_it_goes_on) {
    line l;
    stream s;
    l.submit(s.op());
    (void)l.send();
    ASSERT_TRUE(l.hear(opened + number(1)));
    tell_all(l);
    l.lose();
    EXPECT_EQ(code(s.op()), errc::connection_closed);
    EXPECT_EQ(fate_of(s.op()), fate::unknown);
    EXPECT_EQ(l.engine.next_done(), nullptr) << "nobody waits for it";
}

}  // namespace
}  // namespace howdah::core::script
