#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <string>
#include <vector>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server.hpp"
#include "tests/tools/command.hpp"

namespace howdah::tools {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

/// `howdah listen`, once it listens.
class listening {
public:
    explicit listening(std::vector<std::string> words) {
        words.insert(words.begin(), {HOWDAH_COMMAND, "listen"});
        command_ =
            testing::process{{.arguments = std::move(words), .output = output_.number(), .errors = errors_.number()}};
        EXPECT_TRUE(testing::poll_until(testing::from_now(30s), [&] {
            return testing::read_all(errors_).find("listening to") != std::string::npos || !command_.running();
        })) << testing::read_all(errors_);
    }

    /// Waits until it has printed that.
    void wait_for(const std::string& text) {
        EXPECT_TRUE(
            testing::poll_until(testing::from_now(30s), [&] { return output().find(text) != std::string::npos; }))
            << text << " is not in: " << output();
    }
    int wait() {
        EXPECT_TRUE(command_.wait(testing::from_now(30s))) << output();
        return command_.exit_status();
    }
    std::string output() const { return testing::read_all(output_); }
    std::string errors() const { return testing::read_all(errors_); }

private:
    testing::descriptor output_ = testing::nameless_file(), errors_ = testing::nameless_file();
    testing::process command_;
};

testing::outcome notify(const std::string& dsn, std::vector<std::string> words, std::string_view input = {}) {
    words.insert(words.begin(), {HOWDAH_COMMAND, "notify", dsn});
    return testing::run({.arguments = std::move(words)}, input, 60s);
}

TEST(listen_command, prints_a_line_a_notification_with_channel_process_and_payload) {
    listening ears{{app(), "listen_test a", "listen_test_b", "--count", "4"}};
    EXPECT_EQ(notify(app(), {"listen_test a", "one"}).exit_status, 0);
    EXPECT_EQ(notify(app(), {"listen_test_b", "{\"id\": [1]}"}).exit_status, 0);
    EXPECT_EQ(notify(app(), {"listen_test_b"}).exit_status, 0);
    EXPECT_EQ(notify(app(), {"listen_test_b", "-"}, "two\nlines\t\x1b\n").exit_status, 0);
    EXPECT_EQ(ears.wait(), 0);
    EXPECT_THAT(ears.output(),
                MatchesRegex("listen_test a\t[0-9]+\tone\nlisten_test_b\t[0-9]+\t\\{\"id\": \\[1\\]\\}\n"
                             "listen_test_b\t[0-9]+\t\nlisten_test_b\t[0-9]+\ttwo\\\\nlines\\\\t\\\\x1b\n"));
}

TEST(listen_command, prints_json_and_flushes_each_line) {
    listening ears{{app(), "listen_test_json", "--json"}};
    notify(app(), {"listen_test_json", "a\"b\n"});
    ears.wait_for("\"payload\":\"a\\\"b\\u000a\"}\n");
    EXPECT_THAT(ears.output(), MatchesRegex("\\{\"channel\":\"listen_test_json\",\"pid\":[0-9]+,.*\n"));
}

TEST(listen_command, goes_on_after_the_server_was_restarted_and_shows_the_gap) {
    for (const auto* format : {"", "--json"}) {
        testing::server own;
        std::vector<std::string> words{own.dsn(), "steady", "--count", "2"};
        if (*format != '\0') words.emplace_back(format);
        listening ears{words};
        notify(own.dsn(), {"steady", "before"});
        ears.wait_for("before");
        own.restart();
        ears.wait_for(*format == '\0' ? "-- gap: the connection was made anew" : "{\"gap\":\"reconnected\"}\n");
        notify(own.dsn(), {"steady", "after"});
        EXPECT_EQ(ears.wait(), 0);
        const auto said = ears.output();
        EXPECT_LT(said.find("before"), said.find("gap"));
        EXPECT_LT(said.find("gap"), said.find("after"));
        EXPECT_NE(said.find("after"), std::string::npos);
    }
}

TEST(listen_command, ends_when_its_time_is_over) {
    const auto said = howdah_command({"listen", app(), "listen_test_quiet", "--timeout", "50ms"});
    EXPECT_EQ(said.exit_status, 0) << said.errors;
    EXPECT_EQ(said.output, "");
    const auto too_few = howdah_command({"listen", app(), "listen_test_quiet", "--timeout", "50ms", "--count", "1"});
    EXPECT_EQ(too_few.exit_status, 1);
    EXPECT_THAT(too_few.errors, HasSubstr("0 of 1 notifications came in time"));
}

TEST(listen_command, says_what_is_wrong_with_server_channel_or_words) {
    EXPECT_EQ(howdah_command({"listen", "host=127.0.0.1 port=1", "a"}).exit_status, 1);
    EXPECT_EQ(howdah_command({"listen", app(), ""}).exit_status, 1);
    EXPECT_EQ(howdah_command({"listen", app()}).exit_status, 2);
    EXPECT_EQ(howdah_command({"listen", app(), "a", "--count", "x"}).exit_status, 2);
    EXPECT_EQ(howdah_command({"listen", app(), "a", "--timeout", "x"}).exit_status, 2);
    EXPECT_THAT(howdah_command({"listen", "--help"}).output, HasSubstr("Examples:"));
}

TEST(notify_command, refuses_a_payload_of_8000_bytes_with_its_size_and_takes_one_less) {
    listening ears{{app(), "notify_test", "--count", "1"}};
    for (const auto& said : {notify(app(), {"notify_test", std::string(8'000, 'x')}),
                             notify(app(), {"notify_test", "-"}, std::string(8'000, 'x'))}) {
        EXPECT_EQ(said.exit_status, 1);
        EXPECT_THAT(said.errors, HasSubstr("this one has 8000"));
    }
    EXPECT_EQ(notify(app(), {"notify_test", "-"}, std::string(7'999, 'y') + "\n").exit_status, 0);
    EXPECT_EQ(ears.wait(), 0);
    EXPECT_THAT(ears.output(), AllOf(HasSubstr(std::string(7'999, 'y')), Not(HasSubstr("x"))));
}

TEST(notify_command, says_what_is_wrong_with_server_channel_or_words) {
    EXPECT_EQ(notify("host=127.0.0.1 port=1", {"a", "b"}).exit_status, 1);
    EXPECT_THAT(notify(app(), {std::string(64, 'c'), "b"}).errors, HasSubstr("this one has 64"));
    EXPECT_EQ(notify(app(), {}).exit_status, 2);
    EXPECT_EQ(notify(app(), {"a", "b", "c"}).exit_status, 2);
    EXPECT_THAT(howdah_command({"notify", "--help"}).output, HasSubstr("Examples:"));
}

}  // namespace
}  // namespace howdah::tools
