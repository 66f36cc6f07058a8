// Secrets are planted wherever a program has them. Nothing that is written down about its work may show one.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <vector>

#include "howdah/blocking/connection.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/observe/audit/audit_trail.hpp"
#include "howdah/observe/log_lines.hpp"
#include "howdah/testing/shared_server.hpp"
#include "howdah/types/types.hpp"
#include "tests/observe/spellings.hpp"
#ifdef HOWDAH_WITH_ADAPTERS
#    include <prometheus/text_serializer.h>
#    include <spdlog/logger.h>
#    include <spdlog/sinks/ostream_sink.h>

#    include "howdah/observe/prometheus/prometheus_observer.hpp"
#    include "howdah/observe/spdlog/spdlog_observer.hpp"
#endif

namespace howdah {
namespace {

using test::lower, test::spellings;

const std::vector<std::string> secrets{"pw:Zebra+quagga/77", "param~Okapi 88 <&>", "literal-Tapir#99",
                                       "row-Gnu%55",         "channel-Kudu=66",    "comment-Nyala!44"};

void expect_none(const std::string& where, const std::string& text) {
    ASSERT_FALSE(text.empty()) << where << " has nothing in it";
    const auto low = lower(text);
    for (const auto& secret : secrets)
        for (const auto& spelling : spellings(secret))
            EXPECT_EQ(low.find(spelling), std::string::npos) << where << " shows " << secret << " as " << spelling;
}

struct collected final : observer {
    using observer::on;
    void on(const query_end_event& e) override {
        if (e.failure != nullptr) (errors += e.failure->what()) += '\n';
    }
    void on(const connect_event& e) override {
        if (e.failure != nullptr) (errors += e.failure->what()) += '\n';
    }
    std::string errors;
};

// Fails where the server answers with values in its words, too.
void work(blocking::connection& db) {
    const std::string& parameter = secrets[1];
    const auto quietly = [](auto f) {
        try {
            f();
        } catch (const error&) {  // its words are the observers' to tell
        }
    };
    (void)db.fetch_one<std::string>("select $1::text", parameter);
    (void)db.fetch_one<std::string>("select 'literal-Tapir#99' || $1 /* comment-Nyala!44 */", std::string{"x"});
    (void)db.fetch_one<std::string>(unsafe_sql{"select 'row-' || 'Gnu' || chr(37) || '55'"});
    quietly([&] { (void)db.execute("select $1::text::int", parameter); });
    quietly([&] { (void)db.execute("select 'literal-Tapir#99'::int"); });
    quietly([&] { (void)db.execute(unsafe_sql{"select 'literal-Tapir#99"}); });
    (void)db.execute("create temporary table secret (name text primary key check (name <> 'literal-Tapir#99'))");
    (void)db.execute("insert into secret values ($1)", parameter);
    quietly([&] { (void)db.execute("insert into secret values ($1)", parameter); });
    quietly([&] { (void)db.execute("insert into secret values ('literal-Tapir#99')"); });
    quietly([&] {
        (void)db.execute("do $$ begin raise notice 'row-Gnu%%55'; raise exception 'literal-Tapir#99'; end $$");
    });
    (void)db.execute("select set_config('howdah.secret', $1, false)", parameter);
}

TEST(secrets, show_in_no_log_line_audit_line_metric_or_error) {
    const auto path = std::filesystem::temp_directory_path() / ("howdah_secrets_" + std::to_string(::getpid()));
    std::mutex mutex;
    std::string log;
    const auto lines = std::make_shared<observe::log_lines>(
        [&](log_level, std::string_view line) {
            const std::lock_guard lock{mutex};
            (log += line) += '\n';
        },
        log_options{.least = log_level::debug, .most_lines_a_second = 0});
    const auto errors = std::make_shared<collected>();
    audit_options options;
    options.path = path.string();
    auto trail = std::make_shared<audit_trail>(options);
    std::vector<std::shared_ptr<observer>> all{lines, errors, trail};
#ifdef HOWDAH_WITH_ADAPTERS
    const auto metrics = std::make_shared<prometheus_observer>();
    std::ostringstream spdlog_out;
    const auto logger =
        std::make_shared<spdlog::logger>("db", std::make_shared<spdlog::sinks::ostream_sink_mt>(spdlog_out));
    logger->set_level(spdlog::level::trace);
    all.push_back(metrics);
    all.push_back(make_spdlog_observer(logger, {.least = log_level::debug, .most_lines_a_second = 0}));
#endif
    const auto watcher = std::make_shared<observers>(all);
    auto config = parse_conninfo(testing::shared_server().dsn_by(testing::route::best));
    {
        blocking::connection db{config, watcher};
        work(db);
    }
    config.password = secret_string{secrets[0]};
    config.username = "nobody_of_that_name";
    EXPECT_THROW((blocking::connection{config, watcher}), error);

    trail.reset();
    all.clear();
    ASSERT_TRUE(log.find("\"event\":\"query_end\"") != std::string::npos);
    expect_none("the log", log);
    // what() may quote the statement's own literals, as the server does: see docs/observability.md.
    for (auto at = errors->errors.find(secrets[2]); at != std::string::npos; at = errors->errors.find(secrets[2]))
        errors->errors.erase(at, secrets[2].size());
    expect_none("errors", errors->errors);
    std::ifstream file{path};
    expect_none("the audit trail", std::string{std::istreambuf_iterator<char>{file}, {}});
#ifdef HOWDAH_WITH_ADAPTERS
    expect_none("metrics", prometheus::TextSerializer{}.Serialize(metrics->Collect()));
    expect_none("spdlog", spdlog_out.str());
#endif
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace howdah
