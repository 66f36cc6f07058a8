#include "howdah/observe/log_lines.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/src.hpp>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <vector>

#include "howdah/base/generated/sqlstates.hpp"

namespace howdah {
namespace {

using namespace std::chrono_literals;

struct logged {
    explicit logged(log_options options = {.least = log_level::debug})
        : lines{[this](log_level level, std::string_view line) {
                    levels.push_back(level);
                    texts.emplace_back(line);
                },
                std::move(options)} {}

    /// The last line.
    boost::json::object last() const { return parsed(texts.back()); }
    static boost::json::object parsed(std::string_view line) {
        auto value = boost::json::parse(line);
        return std::move(value.as_object());
    }

    std::vector<std::string> texts;
    std::vector<log_level> levels;
    observe::log_lines lines;
};

std::string_view text_at(const boost::json::object& line, std::string_view name) { return line.at(name).as_string(); }

TEST(log_lines, query_stands_on_one_line_without_its_literals) {
    logged log{
        {.application = "shop", .least = log_level::debug, .trace = [] { return trace_context{"0af7", "b7ad"}; }}};
    observe::tell(&log.lines, query_end_event{.statement = "select 'secret'\nfrom t where id = 42",
                                              .host = "db:5432",
                                              .process_id = 7,
                                              .duration = 1'500us,
                                              .rows = 3});
    ASSERT_EQ(log.texts.size(), 1u);
    const auto line = log.last();
    EXPECT_EQ(text_at(line, "event"), "query_end");
    EXPECT_EQ(text_at(line, "level"), "debug");
    EXPECT_EQ(text_at(line, "application"), "shop");
    EXPECT_EQ(text_at(line, "trace_id"), "0af7");
    EXPECT_EQ(text_at(line, "span_id"), "b7ad");
    EXPECT_EQ(text_at(line, "statement"), "select ? from t where id = ?");
    EXPECT_EQ(text_at(line, "fingerprint").size(), 16u);
    EXPECT_EQ(text_at(line, "host"), "db:5432");
    EXPECT_EQ(line.at("duration_seconds").as_double(), 0.0015);
    EXPECT_EQ(line.at("rows").as_int64(), 3);
    EXPECT_EQ(log.texts[0].find("secret"), std::string::npos);
    EXPECT_EQ(log.texts[0].find('\n'), std::string::npos);
}

TEST(log_lines, call_s_own_trace_stands_in_place_of_what_the_program_is_at) {
    logged log{{.least = log_level::debug, .trace = [] { return trace_context{"0af7", "b7ad"}; }}};
    observe::tell(&log.lines, query_end_event{.statement = "select 1", .trace_id = "4bf9", .span_id = "00f0"});
    EXPECT_EQ(text_at(log.last(), "trace_id"), "4bf9");
    EXPECT_EQ(text_at(log.last(), "span_id"), "00f0");
    EXPECT_EQ(log.texts[0].find("0af7"), std::string::npos) << log.texts[0];
}

TEST(log_lines, failure_shows_its_sqlstate_and_fate_and_no_values) {
    logged log;
    server_message m;
    m.severity = "ERROR";
    m.code = unique_violation;
    m.message = "duplicate key value violates unique constraint \"users_pkey\"";
    m.detail = "Key (id)=(secret) already exists.";
    const error failure{m};
    observe::tell(&log.lines, query_end_event{.statement = "insert into t values ('secret')", .failure = &failure});
    const auto line = log.last();
    EXPECT_EQ(text_at(line, "level"), "error");
    EXPECT_EQ(text_at(line, "sqlstate"), "23505");
    EXPECT_EQ(text_at(line, "fate"), "rejected");
    EXPECT_EQ(log.texts[0].find("secret"), std::string::npos) << log.texts[0];
}

TEST(log_lines, notices_and_notifications_keep_their_words_to_themselves) {
    logged log;
    server_message m;
    m.severity = "WARNING";
    m.message = "secret";
    observe::tell(&log.lines, notice_event{.notice = &m});
    observe::tell(&log.lines, notification_event{.channel = "c", .payload = "secret"});
    observe::tell(&log.lines, lock_wait_event{.statement = "select 'secret'", .blocker_statement = "select 'secret'"});
    observe::tell(&log.lines, starvation_event{.waiting = "select 'secret'", .holding = "shop.cpp:42"});
    for (const auto& text : log.texts) EXPECT_EQ(text.find("secret"), std::string::npos) << text;
    EXPECT_EQ(text_at(log.last(), "holding"), "shop.cpp:42");
    EXPECT_EQ(log.levels, (std::vector{log_level::warn, log_level::debug, log_level::warn, log_level::warn}));
}

TEST(log_lines, what_matters_less_is_not_written) {
    logged log{log_options{}};
    observe::tell(&log.lines, query_start_event{});
    observe::tell(&log.lines, query_end_event{});
    observe::tell(&log.lines, acquire_event{});
    EXPECT_TRUE(log.texts.empty());
    observe::tell(&log.lines, slow_query_event{});
    EXPECT_EQ(log.texts.size(), 1u);
}

TEST(log_lines, sampling_leaves_out_what_went_well_and_nothing_else) {
    logged log{{.least = log_level::debug, .sample_every = 10, .most_lines_a_second = 0}};
    const error failure{errc::timed_out, "too slow"};
    for (int i = 0; i < 100; ++i) observe::tell(&log.lines, query_end_event{});
    EXPECT_EQ(log.texts.size(), 10u);
    for (int i = 0; i < 100; ++i) observe::tell(&log.lines, query_end_event{.failure = &failure});
    EXPECT_EQ(log.texts.size(), 110u);
}

TEST(rate_limit, admits_so_many_a_second_and_counts_the_rest) {
    observe::rate_limit limit{2};
    const auto start = observe::rate_limit::clock::time_point{1h};
    EXPECT_TRUE(limit.admits(start));
    EXPECT_TRUE(limit.admits(start + 999ms));
    EXPECT_FALSE(limit.admits(start + 999ms));
    EXPECT_FALSE(limit.admits(start + 999ms));
    EXPECT_TRUE(limit.admits(start + 1s));
    EXPECT_EQ(limit.take_suppressed(), 2u);
    EXPECT_EQ(limit.take_suppressed(), 0u);
}

TEST(log_lines, of_one_kind_never_keep_another_from_being_written) {
    logged log{{.most_lines_a_second = 5}};
    for (int i = 0; i < 100; ++i) observe::tell(&log.lines, slow_query_event{});
    EXPECT_LT(log.texts.size(), 100u);
    observe::tell(&log.lines, failover_event{});
    EXPECT_EQ(text_at(log.last(), "event"), "failover");
}

TEST(log_lines, options_that_make_no_sense_are_refused) {
    EXPECT_THROW(logged{log_options{.sample_every = 0}}, error);
    EXPECT_THROW((observe::log_lines{{}, {}}), error);
}

// docs/observability.md is the schema: each event has its row, and each field of it is named there.
TEST(log_lines, every_event_and_field_is_documented) {
    std::ifstream file{HOWDAH_SOURCE_FOLDER "/docs/observability.md"};
    const std::string document{std::istreambuf_iterator<char>{file}, {}};
    ASSERT_FALSE(document.empty());
    boost::mp11::mp_for_each<observe::all_events>([&](auto e) {
        const auto name = std::string{observe::name_of_event<decltype(e)>()};
        const auto row = document.find("| `" + name + "` |");
        ASSERT_NE(row, std::string::npos) << name;
        const auto text = document.substr(row, document.find('\n', row) - row);
        const error failure{errc::timed_out, "x"};
        server_message notice;
        notice.severity = "NOTICE";
        observe::for_each_field(e, [&](std::string_view name_of_field, auto& field) {
            using type = std::remove_cvref_t<decltype(field)>;
            if constexpr (std::is_same_v<type, std::string_view>) field = name_of_field == "parameters" ? "[]" : "x";
            else if constexpr (std::is_same_v<type, const error*>) field = &failure;
            else if constexpr (std::is_same_v<type, const server_message*>) field = &notice;
        });
        observe::json_line line;
        observe::add_fields(line, e);
        for (const auto& [field, value] : logged::parsed(line.finish())) {
            static const std::set<std::string_view> of_failures{"error", "error_code", "fate", "sqlstate",
                                                                "fingerprint"};
            if (of_failures.contains(field)) continue;
            EXPECT_NE(text.find('`' + std::string{field} + '`'), std::string::npos) << name << ": " << field;
        }
    });
}

}  // namespace
}  // namespace howdah
