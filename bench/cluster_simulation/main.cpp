// What docs/scale.md is made of: lines of JSON on standard output. Without a clock of this world: the same on every machine.

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "bench/cluster_simulation/reconnecting.hpp"
#include "bench/cluster_simulation/routing.hpp"

namespace simulation {
namespace {

using howdah::balance;

constexpr std::array policies{balance::round_robin, balance::random, balance::least_connections, balance::two_choices};
constexpr std::array troubles{trouble::none, trouble::slow, trouble::dead, trouble::lag};
constexpr std::array ways{comeback::each_caller, comeback::no_pause, comeback::no_jitter, comeback::pool,
                          comeback::cluster};

const char* name(balance by) {
    switch (by) {
        case balance::round_robin: return "round robin";
        case balance::least_connections: return "least connections";
        case balance::random: return "random";
        case balance::two_choices: return "two choices";
    }
    return "";
}

const char* name(trouble t) {
    switch (t) {
        case trouble::none: return "none";
        case trouble::slow: return "slow";
        case trouble::dead: return "dead";
        case trouble::lag: return "lag";
    }
    return "";
}

const char* name(comeback c) {
    switch (c) {
        case comeback::each_caller: return "each caller";
        case comeback::no_pause: return "no pause";
        case comeback::no_jitter: return "no jitter";
        case comeback::pool: return "pool";
        case comeback::cluster: return "cluster";
    }
    return "";
}

double ms(duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

void print(const char* part, const routing_case& c) {
    const auto r = simulate(c);
    std::printf(
        R"({"part":"%s","policy":"%s","trouble":"%s","processes":%u,"callers":%u,"replicas":%u,"max_lag_ms":%lld,)"
        R"("seconds":%g,"calls":%llu,"failed":%llu,"p50":%.2f,"p99":%.2f,"p999":%.2f,"longest":%.1f,"stalest":%.0f})"
        "\n",
        part, name(c.by), name(c.with), c.processes, c.callers, c.replicas, static_cast<long long>(c.max_lag.count()),
        ms(c.lasts) * 7 / 10'000, static_cast<unsigned long long>(r.calls), static_cast<unsigned long long>(r.failed),
        ms(r.p50), ms(r.p99), ms(r.p999), ms(r.longest), ms(r.stalest));
    std::fflush(stdout);
}

std::string list(const std::vector<std::uint32_t>& of) {
    std::string out;
    for (const auto n : of) out.append(out.empty() ? "" : ",").append(std::to_string(n));
    return "[" + out + "]";
}

void print(const char* part, const comeback_case& c) {
    const auto r = simulate(c);
    std::printf(
        R"({"part":"%s","way":"%s","processes":%u,"callers":%u,"connections":%u,"connecting":%u,"refused_calls":%llu,)"
        R"("attempts_while_down":%llu,"peak_down":%u,"peak_up":%u,"half_served":%.0f,"all_served":%.0f,)"
        R"("connecting_cpu":%.0f,"attempts":%s,"accepted":%s})"
        "\n",
        part, name(c.by), c.processes, c.callers, c.connections, c.connecting,
        static_cast<unsigned long long>(r.refused_calls), static_cast<unsigned long long>(r.attempts_while_down),
        r.peak_down, r.peak_up, ms(r.half_served), ms(r.all_served), ms(r.spent_on_connecting),
        list(r.attempts).c_str(), list(r.accepted).c_str());
    std::fflush(stdout);
}

void print_all() {
    for (const auto with : troubles)
        for (const auto by : policies) print("routing", routing_case{.by = by, .with = with});
    // The same callers in few processes, each of which sees more.
    for (const auto by : policies)
        print("few processes", routing_case{.by = by, .with = trouble::slow, .processes = 4, .callers = 500});
    // Without a limit of the lag.
    print("any lag", routing_case{.with = trouble::lag, .max_lag = std::chrono::milliseconds{0}});
    for (const auto by : ways) print("comeback", comeback_case{.by = by});
    for (const std::uint32_t at_once : {1U, 2U, 4U})
        for (const auto by : {comeback::pool, comeback::cluster})
            print("comeback", comeback_case{.by = by, .connecting = at_once});
    // So many connections in all; the last ones by two poolers.
    for (const std::uint32_t each : {2U, 5U, 10U, 20U, 50U})
        print("connections",
              comeback_case{.by = comeback::cluster, .callers = 50, .connections = each, .thinking = 250ms});
    print(
        "poolers",
        comeback_case{.by = comeback::cluster, .processes = 2, .callers = 2'500, .connections = 32, .thinking = 250ms});
    // One server, ever more callers.
    for (const std::uint32_t callers : {2U, 4U, 5U, 6U, 7U, 8U, 9U, 10U, 15U})
        print("one node", routing_case{.processes = 20, .callers = callers, .replicas = 1});
}

}  // namespace
}  // namespace simulation

int main() { simulation::print_all(); }
