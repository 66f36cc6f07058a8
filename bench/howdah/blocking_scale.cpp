#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <cstdio>
#include <ctime>
#include <limits>
#include <string>
#include <thread>
#include <utility>

#include "bench/howdah/blocking.hpp"
#include "bench/howdah/scale.hpp"
#include "bench/memory.hpp"
#include "bench/meter.hpp"
#include "howdah/types/types.hpp"

namespace bench::by_blocking {
namespace {

double cpu_us() {
    timespec t{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
}

/// The least of several, the first of which fills the caches.
template <class Work>
double least_cpu_us(Work work) {
    double least = std::numeric_limits<double>::max();
    for (int i = 0; i < 8; ++i) {
        const auto before = cpu_us();
        work();
        least = std::min(least, cpu_us() - before);
    }
    return least;
}

/// One line of JSON: {"of":NAME,"points":[[n, us], ...]}.
template <class Numbers, class Cost>
void print_curve(const char* name, const Numbers& numbers, Cost cost) {
    std::printf("{\"of\":\"%s\",\"points\":[", name);
    const char* between = "";
    for (const int n : numbers) {
        std::printf("%s[%d,%.3f]", between, n, cost(n));
        between = ",";
    }
    std::printf("]}\n");
}

std::string list(int n, const char* before, const char* after) {
    std::string out;
    for (int i = 1; i <= n; ++i) out += (i > 1 ? "," : "") + std::string{before} + std::to_string(i) + after;
    return out;
}

/// The cost of one with `sizeof...(I)` parameters.
template <std::size_t... I>
double parameters_us(connection& c, std::index_sequence<I...>) {
    const howdah::unsafe_sql sum{"select " + list(sizeof...(I), "$", "::int4")};
    return least_cpu_us([&] {
               for (int k = 0; k < 20; ++k) c.execute(sum, static_cast<std::int32_t>(I)...);
           }) /
           20;
}

constexpr std::array parameter_counts{1, 25, 50, 75, 100};
double parameters_us(connection& c, int n) {
    switch (n) {
        case 25: return parameters_us(c, std::make_index_sequence<25>{});
        case 50: return parameters_us(c, std::make_index_sequence<50>{});
        case 75: return parameters_us(c, std::make_index_sequence<75>{});
        case 100: return parameters_us(c, std::make_index_sequence<100>{});
        default: return parameters_us(c, std::make_index_sequence<1>{});
    }
}

}  // namespace

void throughput(const connection_config& config) {
    const auto n = operations(seq_operations * 2);
    std::atomic<std::int64_t> next = 0;
    std::barrier ready{static_cast<std::ptrdiff_t>(connections() + 1)};
    std::vector<std::jthread> threads;
    meter m;
    for (std::int64_t i = 0; i < connections(); ++i)
        threads.emplace_back([&] {
            connection c{config};
            (void)c.fetch_one<row>(point_select, std::int32_t{1});
            ready.arrive_and_wait();
            while (next < n) (void)c.fetch_one<row>(point_select, nth_id(next++));
        });
    ready.arrive_and_wait();
    m.start();
    threads.clear();
    m.stop();
    m.also("connections", static_cast<double>(connections()));
    m.print(peer, "throughput", n, 0);
}

void idle(const connection_config& config) {
    const auto n = connections();
    auto unprepared = config;
    unprepared.statement_mode = howdah::statement_mode::unnamed;  // it may be a pooler that is idled at
    std::vector<connection> all;
    all.reserve(static_cast<std::size_t>(n) + 1);
    const auto connect = [&] { (void)all.emplace_back(unprepared).fetch_one<std::int32_t>("select 1"); };
    connect();  // what the first one brings is the program's
    const auto before = resident_kb();
    for (std::int64_t i = 0; i < n; ++i) connect();
    std::printf("{\"peer\":\"howdah-blocking\",\"connections\":%lld,\"kb_each\":%.3f}\n", static_cast<long long>(n),
                static_cast<double>(resident_kb() - before) / static_cast<double>(n));
}

void complexity(const connection_config& config) {
    connection c{config};
    print_curve("rows", std::array{1, 50'000, 100'000, 150'000, 200'000, 250'000, 300'000}, [&](int n) {
        return least_cpu_us([&] { (void)c.fetch_all<row>("select id, v, s from t where id <= $1", std::int32_t{n}); });
    });
    print_curve("columns", std::array{1, 250, 500, 750, 1'000, 1'250, 1'500}, [&](int n) {
        const howdah::unsafe_sql numbers{"select " + list(n, "", "")};
        return least_cpu_us([&] {
                   for (int k = 0; k < 10; ++k) (void)c.query(numbers);
               }) /
               10;
    });
    print_curve("parameters", parameter_counts, [&](int n) { return parameters_us(c, n); });
    print_curve("statements in a pipeline", std::array{1, 1'000, 2'000, 3'000, 4'000, 5'000}, [&](int n) {
        return least_cpu_us([&] {
            howdah::pipeline steps;
            for (int i = 0; i < n; ++i) steps.fetch_one<row>(point_select, nth_id(i));
            c.run(steps);
        });
    });
}

}  // namespace bench::by_blocking
