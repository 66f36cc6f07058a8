#include "howdah/observe/spdlog/spdlog_observer.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

namespace howdah {
namespace {

struct logger {
    std::ostringstream out;
    std::shared_ptr<spdlog::logger> to =
        std::make_shared<spdlog::logger>("db", std::make_shared<spdlog::sinks::ostream_sink_mt>(out));
    logger() { to->set_pattern("%l %v"); }
};

TEST(spdlog_observer, writes_a_json_line_with_the_event_s_level) {
    logger log;
    const auto observer = make_spdlog_observer(log.to, {.application = "shop"});
    observe::tell(observer.get(), slow_query_event{.statement = "select '{} secret'\n", .host = "db:5432"});
    const auto text = log.out.str();
    EXPECT_EQ(text.find("warning {\"time\":\""), 0u) << text;
    EXPECT_NE(text.find("\"event\":\"slow_query\",\"application\":\"shop\",\"statement\":\"select ?\""),
              std::string::npos)
        << text;
    EXPECT_EQ(text.find("secret"), std::string::npos) << "nor is a brace in a line taken for a place to format";
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(spdlog_observer, writes_nothing_that_the_logger_does_not_take) {
    logger log;
    log.to->set_level(spdlog::level::err);
    const auto observer = make_spdlog_observer(log.to, {.least = log_level::debug});
    observe::tell(observer.get(), slow_query_event{});
    EXPECT_EQ(log.out.str(), "");
    const error failure{errc::timed_out, "too slow"};
    observe::tell(observer.get(), query_end_event{.failure = &failure});
    EXPECT_EQ(log.out.str().find("error {"), 0u);
}

TEST(spdlog_observer, without_a_logger_is_refused) { EXPECT_THROW((void)make_spdlog_observer(nullptr), error); }

}  // namespace
}  // namespace howdah
