#include "howdah/observe/statement_comment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "howdah/base/error.hpp"
#include "howdah/observe/observer.hpp"

namespace howdah {
namespace {

const trace_context somewhere{"4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"};

TEST(statement_comment, is_sqlcommenter_s_sorted_and_encoded) {
    statement_comment c;
    EXPECT_EQ(c.text(), "");
    c.tag("route", "/param first").tag("action", "it's").tag("caf\u00e9", "*/ drop\n--").tag("action", "list");
    EXPECT_EQ(c.text(), "/*action='list',caf%C3%A9='%2A%2F%20drop%0A--',route='%2Fparam%20first'*/");
    EXPECT_FALSE(c.changes());
}

TEST(statement_comment, has_a_trace_as_the_w3c_writes_it) {
    statement_comment c;
    c.tag("application", "shop").trace({somewhere.trace_id, somewhere.span_id, 0, "congo=t61rcWkgMzE,rojo=00"});
    EXPECT_EQ(c.text(), "/*application='shop',traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00',"
                        "tracestate='congo%3Dt61rcWkgMzE%2Crojo%3D00'*/");
    EXPECT_TRUE(c.changes());
}

// Whatever bytes it is given, what comes out has none that means something to a lexer, a log or a terminal.
TEST(statement_comment, holds_no_byte_that_could_end_it) {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    statement_comment c;
    c.tag(all, all);
    const auto text = c.text();
    ASSERT_TRUE(text.starts_with("/*") && text.ends_with("'*/"));
    const auto inside = text.substr(2, text.size() - 4);
    EXPECT_EQ(inside.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%='"),
              std::string::npos);
    EXPECT_EQ(std::count(inside.begin(), inside.end(), '\''), 2);
}

TEST(statement_comment, what_is_no_trace_or_too_long_is_refused_and_leaves_the_rest) {
    statement_comment c;
    c.tag("a", "b");
    EXPECT_THROW(c.trace({"4BF92F3577B34DA6A3CE929D0E0E4736", somewhere.span_id}), error);
    EXPECT_THROW(c.trace({somewhere.trace_id, "0000000000000000"}), error);
    EXPECT_THROW(c.trace({somewhere.trace_id, "00f067aa0ba902b7'*/"}), error);
    EXPECT_THROW(c.tag("", "b"), error);
    EXPECT_THROW(c.tag("long", std::string(statement_comment::most_bytes, 'x')), error);
    EXPECT_EQ(c.text(), "/*a='b'*/");
    EXPECT_FALSE(c.changes());
}

struct tagging final : observer {
    tagging(std::string n, std::string v) : name{std::move(n)}, value{std::move(v)} {}
    void comment(const query_start_event&, statement_comment& out) override {
        out.tag(name, value);
        if (value == "thrown") throw std::runtime_error{"harmless"};
    }
    std::string name, value;
};

TEST(statement_comment, has_the_tags_of_all_observers_but_of_those_that_throw) {
    observers all{{std::make_shared<tagging>("a", "1"), nullptr, std::make_shared<tagging>("b", "thrown"),
                   std::make_shared<tagging>("c", "3")}};
    EXPECT_EQ(observe::comment(all, {}).text(), "/*a='1',c='3'*/");
    tagging alone{"b", "thrown"};
    EXPECT_TRUE(observe::comment(alone, {}).empty());
}

}  // namespace
}  // namespace howdah
