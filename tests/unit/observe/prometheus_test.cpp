#include "howdah/observe/prometheus/prometheus_observer.hpp"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <boost/json/parse.hpp>
#include <boost/json/src.hpp>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/observe/event_fields.hpp"

namespace howdah {
namespace {

using namespace std::chrono_literals;

std::string text_of(const prometheus_observer& metrics) {
    return prometheus::TextSerializer{}.Serialize(metrics.Collect());
}

void expect_line(const std::string& text, const std::string& line) {
    EXPECT_NE(text.find(line + '\n'), std::string::npos) << line << "\nis not in\n" << text;
}

error refusal(sqlstate code) {
    server_message m;
    m.severity = "ERROR";
    m.code = code;
    m.message = "refused";
    return error{m};
}

TEST(prometheus_observer, query_is_counted_by_operation_node_and_error) {
    prometheus_observer metrics;
    const auto failure = refusal(deadlock_detected);
    observe::tell(&metrics, query_end_event{.statement = "select 'secret' from t",
                                            .host = "db:5432",
                                            .duration = 30ms,
                                            .server = 20ms,
                                            .rows = 2,
                                            .bytes = 100});
    observe::tell(&metrics, query_end_event{.statement = "delete from t", .host = "db:5432", .failure = &failure});
    const auto text = text_of(metrics);
    const std::string labels = R"(db_operation_name="SELECT",db_system_name="postgresql",server_address="db:5432")";
    expect_line(text, "db_client_operation_duration_seconds_count{" + labels + "} 1");
    expect_line(text, "db_client_operation_duration_seconds_bucket{" + labels + ",le=\"0.01\"} 0");
    expect_line(text, "db_client_operation_duration_seconds_bucket{" + labels + ",le=\"0.05\"} 1");
    EXPECT_NE(text.find("error_type=\"40P01\""), std::string::npos) << text;
    expect_line(text, "db_client_response_returned_rows_total 2");
    expect_line(text, "howdah_operation_phase_seconds_total{phase=\"server\"} 0.02");
    EXPECT_NE(text.find("howdah_statement_calls_total{fingerprint=\""), std::string::npos);
    EXPECT_NE(text.find("statement=\"select ? from t\"} 1\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("secret"), std::string::npos);
}

TEST(prometheus_observer, pool_s_connections_go_up_and_down) {
    prometheus_observer metrics;
    observe::tell(&metrics, pool_connection_event{.what = pool_change::opened});
    observe::tell(&metrics, pool_connection_event{.what = pool_change::opened});
    observe::tell(&metrics, pool_connection_event{.what = pool_change::closed, .reason = "idle_timeout"});
    const auto text = text_of(metrics);
    expect_line(text, "db_client_connection_count{db_client_connection_state=\"idle\"} 1");
    expect_line(text, "db_client_connection_count{db_client_connection_state=\"used\"} 0");
    expect_line(text, "howdah_pool_connections_closed_total{reason=\"idle_timeout\"} 1");
}

TEST(prometheus_observer, pool_s_connections_are_used_from_acquire_to_release) {
    prometheus_observer metrics;
    const error refused{errc::timed_out, "none was free"};
    for (int i = 0; i < 3; ++i) observe::tell(&metrics, pool_connection_event{.what = pool_change::opened});
    for (int i = 0; i < 2; ++i) observe::tell(&metrics, acquire_event{});
    observe::tell(&metrics, acquire_event{.failure = &refused});
    const std::string idle = "db_client_connection_count{db_client_connection_state=\"idle\"} ";
    const std::string used = "db_client_connection_count{db_client_connection_state=\"used\"} ";
    expect_line(text_of(metrics), idle + "1");
    expect_line(text_of(metrics), used + "2");
    observe::tell(&metrics, release_event{.held = 20ms});
    expect_line(text_of(metrics), idle + "2");
    expect_line(text_of(metrics), used + "1");
    expect_line(text_of(metrics), "db_client_connection_use_time_seconds_sum 0.02");
}

TEST(prometheus_observer, node_has_one_role_at_a_time) {
    prometheus_observer metrics;
    observe::tell(&metrics, node_event{.node = "a:5432", .now = node_role::replica});
    observe::tell(&metrics, node_event{.node = "a:5432", .before = node_role::replica, .now = node_role::primary});
    const auto text = text_of(metrics);
    expect_line(text, "howdah_node_role{role=\"primary\",server_address=\"a:5432\"} 1");
    expect_line(text, "howdah_node_role{role=\"replica\",server_address=\"a:5432\"} 0");
}

TEST(prometheus_observer, whatever_is_run_the_number_of_series_is_bounded) {
    prometheus_observer metrics{{.statements = 10, .most_labels = 10}};
    for (int i = 0; i < 10'000; ++i) {
        const auto n = std::to_string(i);
        const auto failure = refusal(sqlstate{"P" + std::string(4 - std::min<std::size_t>(4, n.size()), '0') + n});
        const auto statement = "select a" + n, host = "host" + n;
        observe::tell(&metrics, query_end_event{.statement = statement, .host = host, .failure = &failure});
        observe::tell(&metrics, node_event{.node = host});
        observe::tell(&metrics, pool_connection_event{.what = pool_change::closed, .reason = statement});
    }
    std::size_t series = 0;
    for (const auto& family : metrics.Collect()) series += family.metric.size();
    EXPECT_LT(series, 11u * 11u + 4 * 11u + 3 * 11u + 11u + 50u);
}

// The files that operators start from name nothing that is not there.

std::string content_of(const std::string& name) {
    std::ifstream file{HOWDAH_SOURCE_FOLDER "/" + name};
    return {std::istreambuf_iterator<char>{file}, {}};
}

std::set<std::string> metrics_in(const std::string& text) {
    static const std::regex name{R"(\b(db_client|howdah)_[a-z_]+[a-z])"};
    std::set<std::string> out;
    for (std::sregex_iterator i{text.begin(), text.end(), name}, end; i != end; ++i) out.insert(i->str());
    out.erase("db_client_connection_state");  // a label
    return out;
}

std::set<std::string> metrics_there() {
    prometheus_observer metrics;
    const auto failure = refusal(deadlock_detected);
    server_message notice;
    notice.severity = "WARNING";
    boost::mp11::mp_for_each<observe::all_events>([&](auto e) {
        if constexpr (requires { e.notice; }) e.notice = &notice;
        if constexpr (requires { e.failure; }) e.failure = &failure;
        observe::tell(&metrics, e);
    });
    observe::tell(&metrics, pool_connection_event{.what = pool_change::closed, .reason = "x"});
    observe::tell(&metrics, connect_event{});
    observe::tell(&metrics, acquire_event{});
    std::set<std::string> out;
    for (const auto& family : metrics.Collect()) {
        out.insert(family.name);
        if (family.type == prometheus::MetricType::Histogram)
            for (const auto* part : {"_bucket", "_sum", "_count"}) out.insert(family.name + part);
    }
    return out;
}

TEST(prometheus_files, name_metrics_that_there_are) {
    const auto there = metrics_there();
    for (const auto* file : {"packaging/prometheus/alerts.yml", "packaging/prometheus/dashboard.json"}) {
        const auto named = metrics_in(content_of(file));
        EXPECT_GE(named.size(), 5u) << file;
        for (const auto& metric : named) EXPECT_TRUE(there.contains(metric)) << file << ": " << metric;
    }
}

TEST(prometheus_files, document_has_every_metric) {
    const auto document = content_of("docs/observability.md");
    for (const auto& metric : metrics_there()) {
        if (std::regex_search(metric, std::regex{"(duration|time)_seconds_(bucket|sum|count)$"})) continue;
        EXPECT_NE(document.find('`' + metric + '`'), std::string::npos) << metric;
    }
}

TEST(prometheus_files, dashboard_is_json_whose_panels_ask_something) {
    const auto dashboard = boost::json::parse(content_of("packaging/prometheus/dashboard.json"));
    const auto& panels = dashboard.at("panels").as_array();
    EXPECT_GE(panels.size(), 6u);
    std::set<std::int64_t> ids;
    for (const auto& panel : panels) {
        EXPECT_TRUE(ids.insert(panel.at("id").as_int64()).second) << "two panels of one id";
        for (const auto& target : panel.at("targets").as_array())
            EXPECT_FALSE(metrics_in(std::string{target.at("expr").as_string()}).empty());
    }
}

}  // namespace
}  // namespace howdah
