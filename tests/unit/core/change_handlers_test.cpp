#include "howdah/core/change_handlers.hpp"

#include <gtest/gtest.h>

#include <boost/json/src.hpp>

#include <string>
#include <vector>

namespace howdah::core {
namespace {

listener_event notified(const std::string& payload) {
    return notification{.channel = "changes", .payload = payload, .sender = 1};
}

std::string row(int id, const std::string& state) {
    return R"({"table":"orders","id":)" + std::to_string(id) + R"(,"state":")" + state + "\"}";
}

/// What waits, in its order.
std::vector<std::string> all_of(change_handlers<void>& handlers) {
    std::vector<std::string> out;
    while (!handlers.empty()) {
        const auto c = handlers.take();
        out.push_back(c.gap ? "gap" : c.payload);
    }
    return out;
}

TEST(change_handlers, merge_equal_payloads_that_wait) {
    change_handlers<void> handlers{{}};
    for (const auto& payload : {row(1, "new"), row(2, "new"), row(1, "new"), std::string{"junk"}, std::string{"junk"}})
        handlers.add(notified(payload));
    EXPECT_EQ(handlers.merged(), 2u);
    EXPECT_EQ(all_of(handlers), (std::vector<std::string>{row(1, "new"), row(2, "new"), "junk"}));
}

TEST(change_handlers, merge_changes_of_one_row_into_the_last) {
    change_handlers<void> handlers{{.key = "id"}};
    handlers.add(notified(row(1, "new")));
    handlers.add(notified(row(2, "new")));
    handlers.add(notified(row(3, "new")));
    EXPECT_EQ(handlers.take().payload, row(1, "new"));
    handlers.add(notified(row(3, "paid")));
    handlers.add(notified(row(1, "paid")));
    EXPECT_EQ(all_of(handlers), (std::vector<std::string>{row(2, "new"), row(3, "paid"), row(1, "paid")}));
}

TEST(change_handlers, keep_what_comes_behind_a_gap_apart_from_what_came_in_front_of_it) {
    change_handlers<void> handlers{{.key = "id"}};
    handlers.add(notified(row(1, "new")));
    handlers.add(notification_gap{});
    handlers.add(notified(row(1, "paid")));
    handlers.add(notified(row(1, "sent")));
    EXPECT_EQ(all_of(handlers), (std::vector<std::string>{row(1, "new"), "gap", row(1, "sent")}));
}

TEST(change_handlers, forget_no_row_behind_a_gap_when_one_of_it_in_front_is_taken) {
    change_handlers<void> handlers{{.key = "id"}};
    handlers.add(notified(row(1, "new")));
    handlers.add(notification_gap{});
    handlers.add(notified(row(1, "paid")));
    EXPECT_EQ(handlers.take().payload, row(1, "new"));
    handlers.add(notified(row(1, "sent")));
    EXPECT_EQ(all_of(handlers), (std::vector<std::string>{"gap", row(1, "sent")}));
}

TEST(change_handlers, wait_up_to_the_listeners_capacity) {
    change_handlers<void> handlers{{.listening = {.capacity = 2}}};
    handlers.add(notified(row(1, "new")));
    EXPECT_FALSE(handlers.full());
    handlers.add(notified(row(2, "new")));
    EXPECT_TRUE(handlers.full());
}

}  // namespace
}  // namespace howdah::core
