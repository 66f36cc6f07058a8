// The status page in a real browser, on a workload with a real cluster. HOWDAH_SCREENSHOT=FILE (see ./screenshot) has it
// work for longer, and keep a picture.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "howdah/blocking/blocking.hpp"
#include "howdah/cluster/blocking_cluster.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/ops/status_server.hpp"
#include "howdah/pool/blocking_pool.hpp"
#include "howdah/testing/folders.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/process.hpp"
#include "howdah/testing/server.hpp"
#include "howdah/types/types.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto soon = 30s;

/// A program with a pool, a cluster and a status page.
struct shop {
    testing::server server{{.replicas = 1}};
    std::shared_ptr<inventory> known = std::make_shared<inventory>();
    std::shared_ptr<alerts> watch =
        std::make_shared<alerts>([](const alert&) {}, alert_options{.look_every = 10ms}, known);
    std::shared_ptr<dashboard> board =
        std::make_shared<dashboard>(known, watch, dashboard_options{.application = "shop & co", .a_slot = 250ms});
    std::shared_ptr<observers> all = std::make_shared<observers>(std::vector<std::shared_ptr<observer>>{board, watch});
    blocking::pool pool{parse_conninfo(server.dsn()), {.max_connections = 4}, {}, all};
    blocking::cluster cluster{both(server), {}, all};
    status_server page{{.board = board}};

    shop() {
        known->add_pool("orders", [this] { return pool.status(); });
        known->add_cluster("shop", [this] { return cluster.status(); });
    }
    ~shop() {
        known->remove("orders");
        known->remove("shop");
    }

    static cluster_members both(testing::server& s) {
        cluster_members out;
        out.add(parse_conninfo(s.dsn()));
        out.add(parse_conninfo(s.replica(0).dsn()));
        return out;
    }

    void work(int round) {
        (void)pool.fetch_all<int>("select generate_series(1, $1)", 10 + round % 200);
        (void)pool.fetch_one<std::int64_t>("select count(*) from orders where customer = $1", round);
        pool.execute("insert into orders (customer, item) values ($1, 'chair')", round % 50);
        (void)cluster.fetch_one<std::int64_t>("select coalesce(sum(customer), 0) from orders");
        if (round % 10 == 0) pool.execute("select pg_sleep(0.002 * (1 + $1::int % 5))", round / 10);
        if (round % 50 == 0) {
            EXPECT_THROW(pool.execute("select 1 / (customer - customer) from orders"), error);
        }
    }

    void wrong_passwords() {
        auto config = parse_conninfo(server.dsn());
        config.password = secret_string{"wrong"};
        for (int i = 0; i < 3; ++i) EXPECT_THROW(blocking::connection(config, all), error);
    }
};

testing::outcome browse(const std::string& browser, std::vector<std::string> words, const std::string& url) {
    const testing::server_folder home;
    const auto profile = home.path() / "browser";
    std::filesystem::create_directory(profile);
    words.insert(words.begin(),
                 {browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--enable-logging=stderr",
                  "--user-data-dir=" + profile.string(), "--virtual-time-budget=3000"});
    words.push_back(url);
    return testing::run({.arguments = std::move(words), .environment = {{"HOME", profile.string()}}}, {}, 90s);
}

TEST(status_page, shows_in_a_browser_what_there_is_and_runs_nothing_of_what_it_shows) {
    const auto browser = testing::find_program("chromium");
    if (browser.empty()) GTEST_SKIP() << "chromium is not installed (packaging/debian-packages, group browser)";
    shop s;
    const char* picture = std::getenv("HOWDAH_SCREENSHOT");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    s.pool.execute("create table orders (id bigint generated always as identity, customer int, item text)");
    ASSERT_TRUE(testing::poll_until(testing::from_now(soon), [&] {
        return s.server.replica(0).execute_sql("select to_regclass('orders') is not null") == "t";
    }));
    const auto end = testing::from_now(picture != nullptr ? 28s : 0s);
    for (int round = 0; round < 60 || std::chrono::steady_clock::now() < end; ++round) s.work(round);
    std::jthread goes_on{[&](const std::stop_token& stop) {  // while the picture is taken
        for (int round = 0; picture != nullptr && !stop.stop_requested(); ++round) s.work(round);
    }};
    s.pool.execute(R"(select 1 as "</script><img src=x onerror=console.error(1)>")");
    s.wrong_passwords();
    ASSERT_TRUE(testing::poll_until(testing::from_now(soon), [&] { return !s.watch->raised().empty(); }));

    const auto seen = browse(browser, {"--dump-dom"}, s.page.url());
    EXPECT_EQ(seen.exit_status, 0) << seen.errors;
    EXPECT_THAT(seen.errors, Not(HasSubstr("CONSOLE")))
        << "no error of the script, and nothing that the policy refused";
    for (const auto* text :
         {"insert into orders (customer, item) values ($1, ?)", "<td>orders</td>", "authentication_failing",
          "division_by_zero", ">primary<", ">replica<", ">shop &amp; co<",
          "&lt;/script&gt;&lt;img src=x onerror=console.error(1)&gt;", "<polyline points=\"", "<rect x=\""})
        EXPECT_THAT(seen.output, HasSubstr(text));
    EXPECT_THAT(seen.output, Not(HasSubstr("<img")));
    EXPECT_THAT(seen.output, Not(HasSubstr("chair"))) << "a literal";
    if (picture == nullptr) return;
    const auto taken =
        browse(browser, {"--screenshot=" + std::string{picture}, "--window-size=1200,1060", "--hide-scrollbars"},
               s.page.url());
    EXPECT_EQ(taken.exit_status, 0) << taken.errors;
    EXPECT_LT(std::filesystem::file_size(picture), 200'000u);
}

}  // namespace
}  // namespace howdah::test
