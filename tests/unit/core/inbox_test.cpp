#include "howdah/core/inbox.hpp"

#include <gtest/gtest.h>

#include "howdah/core/listening.hpp"
#include "tests/unit/core/line.hpp"

namespace howdah::core::script {
namespace {

std::string notify(std::string_view channel, std::string_view payload) {
    bytes body;
    put_u32(body, 7);
    put_cstring(body, channel);
    put_cstring(body, payload);
    return message('A', as_text(body));
}

wire::notification of(std::string_view payload) { return {.process_id = 7, .channel = "c", .payload = payload}; }

TEST(inbox, what_is_over_its_capacity_leaves_a_gap_with_its_number_in_its_place) {
    inbox in{2};
    EXPECT_TRUE(in.push(of("1")));
    EXPECT_TRUE(in.push(of("2")));
    EXPECT_FALSE(in.push(of("3")));
    EXPECT_FALSE(in.push(of("4")));
    EXPECT_EQ(in.pop()->as_notification()->payload, "1");
    EXPECT_TRUE(in.push(of("5")));
    EXPECT_EQ(in.pop()->as_notification()->payload, "2");
    EXPECT_EQ(*in.pop()->as_gap(), (notification_gap{.cause = notification_gap::reason::overflow, .lost = 2}));
    EXPECT_EQ(in.pop()->as_notification()->payload, "5");
    EXPECT_FALSE(in.pop());
    EXPECT_EQ(in.lost(), 2u);
}

TEST(inbox, connections_that_are_lost_again_at_once_are_one_gap) {
    inbox in{2};
    in.reconnected();
    in.reconnected();
    EXPECT_NE(in.pop()->as_gap(), nullptr);
    EXPECT_TRUE(in.empty());
}

TEST(listening, a_wait_ends_with_the_notification_and_keeps_what_came_with_it) {
    const auto in = std::make_shared<inbox>(10);
    line l;
    l.engine.deliver_to(in);
    notification_wait wait{*in};
    l.submit(wait);
    EXPECT_EQ(l.send(), "");
    EXPECT_TRUE(wait.pending());
    ASSERT_TRUE(l.hear(notify("c", "1") + notify("c", "2")));
    EXPECT_TRUE(wait.done());
    EXPECT_EQ(in->pop()->as_notification()->payload, "1");
    notification_wait next{*in};
    l.submit(next);
    EXPECT_TRUE(next.done()) << "there is one already";
}

TEST(listening, statements_run_beside_a_wait_and_notifications_come_between_their_messages) {
    const auto in = std::make_shared<inbox>(10);
    line l;
    l.engine.deliver_to(in);
    notification_wait wait{*in};
    l.submit(wait);
    script::call<> other{"delete from t"};
    l.submit(other.op);
    EXPECT_EQ(l.send_tags(), "PDBES");
    ASSERT_TRUE(l.hear(message('1') + notify("c", "x") + parameter_types({}) + message('n') + message('2') +
                       complete("DELETE 0") + ready()));
    EXPECT_TRUE(wait.done());
    EXPECT_TRUE(other.op.done());
    EXPECT_FALSE(other.op.failure());
}

TEST(listening, a_wait_whose_caller_goes_away_hears_nothing_more) {
    const auto in = std::make_shared<inbox>(10);
    line l;
    l.engine.deliver_to(in);
    {
        notification_wait wait{*in};
        l.submit(wait);
    }
    ASSERT_TRUE(l.hear(notify("c", "kept")));
    EXPECT_FALSE(in->empty());
    EXPECT_EQ(l.engine.next_done(), nullptr);
}

TEST(listening, a_lost_connection_ends_the_wait) {
    const auto in = std::make_shared<inbox>(10);
    line l;
    l.engine.deliver_to(in);
    notification_wait wait{*in};
    l.submit(wait);
    l.lose();
    EXPECT_EQ(code(wait), errc::connection_closed);
}

TEST(listening, a_notification_that_is_cut_short_breaks_the_protocol) {
    line l;
    EXPECT_FALSE(l.hear(message('A', "\0\0\0\7c\0no end"sv)));
}

struct ear final : observer {
    using observer::on;
    void on(const notification_event& e) override { heard += std::string{e.channel} + "=" + std::string{e.payload}; }
    std::string heard;
};

TEST(listening, on_another_connection_the_observer_hears_it) {
    const auto watcher = std::make_shared<ear>();
    engine_options options;
    options.watcher = watcher;
    line l{options};
    ASSERT_TRUE(l.hear(notify("c", "x")));
    EXPECT_EQ(watcher->heard, "c=x");
}

TEST(listening, payloads_and_channels_that_the_server_would_refuse_are_refused_with_their_size) {
    EXPECT_NO_THROW(require_notifiable("c", std::string(7'999, 'x')));
    try {
        require_notifiable("c", std::string(8'000, 'x'));
        FAIL();
    } catch (const error& e) {
        EXPECT_EQ(e.code(), errc::message_too_large);
        EXPECT_NE(std::string_view{e.what()}.find("8000"), std::string_view::npos);
    }
    EXPECT_THROW(require_notifiable("", "x"), error);
    EXPECT_THROW(require_notifiable(std::string(64, 'c'), "x"), error);
}

}  // namespace
}  // namespace howdah::core::script
