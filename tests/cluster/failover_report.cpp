// Ten failovers, and how long each part took: kills a primary with kill -9 under a writer, promotes a replica, and
// measures. Prints Markdown: the first part of docs/failover.md
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

#include "howdah/cluster/blocking_cluster.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server.hpp"
#include "howdah/types/types.hpp"
#include "tests/cluster/shared_cluster.hpp"

namespace {

using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;
using ms = std::chrono::duration<double, std::milli>;

constexpr int failovers = 10;
constexpr auto patience = 30s;

struct figures {
    ms detection{}, promotion{}, recognition{}, gap{};
    int unknown = 0;  // writes whose fate nobody knows
};

/// When the cluster said what.
struct moments final : howdah::observer {
    void on(const howdah::node_event& e) override {
        const std::scoped_lock lock{mutex};
        if (e.before == howdah::node_role::primary) lost = clock_type::now();
    }
    void on(const howdah::failover_event&) override {
        const std::scoped_lock lock{mutex};
        found = clock_type::now();
    }
    clock_type::time_point of(clock_type::time_point moments::* which) {
        const std::scoped_lock lock{mutex};
        return this->*which;
    }
    std::mutex mutex;
    clock_type::time_point lost{}, found{};
};

/// Writes one row after another; knows when the last was acknowledged, and the longest time between two.
class writer {
public:
    explicit writer(howdah::blocking::cluster& db) : db_{db}, thread_{[this](const std::stop_token& s) { run(s); }} {}
    int acknowledged() const noexcept { return acknowledged_; }
    int unknown() const noexcept { return unknown_; }
    ms gap() {
        thread_.request_stop();
        thread_.join();
        return longest_;
    }

private:
    void run(const std::stop_token& stop) {
        auto last = clock_type::now();
        while (!stop.stop_requested()) {
            try {
                db_.execute("insert into written values (1)");
                const auto now = clock_type::now();
                longest_ = std::max<ms>(longest_, now - last);
                last = now;
                ++acknowledged_;
            } catch (const howdah::error&) {
                ++unknown_;
            }
        }
    }

    howdah::blocking::cluster& db_;
    std::atomic<int> acknowledged_ = 0, unknown_ = 0;
    ms longest_{};
    std::jthread thread_;
};

figures fail_over() {
    howdah::testing::server s{{.auth = howdah::testing::auth::trust,
                               .replicas = 2,
                               .settings = {{"synchronous_commit", "on"}, {"synchronous_standby_names", "*"}}}};
    const auto told = std::make_shared<moments>();
    howdah::blocking::cluster db{howdah::test::cluster_dsn(s), {}, told};
    const auto comes = [](auto what) {
        if (!howdah::testing::poll_until(howdah::testing::from_now(patience), what))
            throw std::runtime_error{"a failover did not come to its end"};
    };
    db.execute("create table written(a int)");
    writer w{db};
    comes([&] { return w.acknowledged() >= 100; });
    const auto killed = clock_type::now();
    s.kill9();
    s.replica(0).execute_sql("alter system set synchronous_standby_names = ''; select pg_reload_conf()");
    const auto asked = clock_type::now();
    s.promote(0);
    const auto promoted = clock_type::now();
    const int before = w.acknowledged();
    comes([&] { return w.acknowledged() >= before + 100; });
    figures out{.detection = told->of(&moments::lost) - killed,
                .promotion = promoted - asked,
                .recognition = std::max<ms>(ms{}, told->of(&moments::found) - promoted)};
    out.gap = w.gap();
    out.unknown = w.unknown();
    return out;
}

void print(const char* what, const std::vector<figures>& all, ms figures::* which) {
    std::vector<double> values;
    for (const auto& f : all) values.push_back((f.*which).count());
    std::ranges::sort(values);
    std::printf("| %s | %.0f | %.0f | %.0f |", what, values.front(), values[values.size() / 2], values.back());
    for (const auto& f : all) std::printf(" %.0f", (f.*which).count());
    std::printf(" |\n");
}

}  // namespace

int main() {
    try {
        std::vector<figures> all;
        int unknown = 0;
        for (int i = 0; i < failovers; ++i) {
            all.push_back(fail_over());
            unknown += all.back().unknown;
            std::cerr << "failover " << i + 1 << " of " << failovers << '\n';
        }
        std::printf(
            "# Failovers\n\n"
            "Made by `failover_report` (`tests/cluster/failover_report.cpp`): %d times a primary with two replicas is "
            "killed with\n`kill -9` under a writer, and a replica is promoted at once. The cluster has its default "
            "options. Milliseconds:\n\n"
            "| | least | median | most | each |\n|---|---|---|---|---|\n",
            failovers);
        print("detection: from the kill until the old primary gets no calls", all, &figures::detection);
        print("promotion: what the server itself takes", all, &figures::promotion);
        print("recognition: from there until the new primary gets calls", all, &figures::recognition);
        print("write gap: the longest time between two acknowledged writes", all, &figures::gap);
        std::printf("\n%d writes had no answer, in all: those that were on their way to a primary that was killed.\n",
                    unknown);
        return 0;
    } catch (const std::exception& e) {
        std::cerr << "failover_report: " << e.what() << '\n';
        return 1;
    }
}
