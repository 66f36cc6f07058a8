#include <sys/resource.h>

#include <atomic>
#include <barrier>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <deque>
#include <exception>
#include <thread>

#include "bench/howdah/async.hpp"
#include "bench/howdah/scale.hpp"
#include "bench/memory.hpp"
#include "bench/meter.hpp"
#include "howdah/types/types.hpp"

namespace bench::by_async {
namespace {

namespace asio = boost::asio;

/// What the threads share.
struct course {
    std::barrier<> ready;
    std::atomic<std::int64_t> next = 0;
    std::int64_t count;
};

awaitable<void> selects(connection& c, course& on) {
    while (on.next < on.count) {
        const auto id = nth_id(on.next++);
        (void)co_await c.fetch_one<row>(point_select, id);
    }
}

/// A thread's part: it connects, waits for the others, and goes round with its connections.
awaitable<void> part(const connection_config& config, std::int64_t connections, course& on) {
    std::deque<connection> mine;
    for (std::int64_t i = 0; i < connections; ++i) {
        mine.push_back(co_await howdah::connect(config));
        (void)co_await mine.back().fetch_one<row>(point_select, std::int32_t{1});
    }
    on.ready.arrive_and_wait();  // nothing else runs on this thread
    auto next = mine.begin();
    const std::function<awaitable<void>()> task = [&] { return selects(*next++, on); };
    co_await run_tasks(connections, task);
}

void run_thread(const connection_config& config, std::int64_t connections, course& on, std::exception_ptr& failure) {
    asio::io_context io{1};
    asio::co_spawn(io, part(config, connections, on), [&](const std::exception_ptr& e) { failure = e; });
    io.run();
}

awaitable<void> connect_all(const connection_config& config, std::int64_t n, std::deque<connection>& all) {
    for (std::int64_t i = 0; i < n; ++i) {
        all.push_back(co_await howdah::connect(config));
        (void)co_await all.back().fetch_one<std::int32_t>("select 1");
    }
}

}  // namespace

void throughput(const connection_config& config) {
    const auto count = threads();
    course on{.ready = std::barrier<>{static_cast<std::ptrdiff_t>(count + 1)},
              .next = 0,
              .count = operations(seq_operations * 2)};
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(count));
    std::vector<std::jthread> running;
    meter m;
    for (auto& failure : failures) {
        const auto i = static_cast<std::int64_t>(running.size());
        const auto share = (i + 1) * connections() / count - i * connections() / count;
        running.emplace_back([&, share] { run_thread(config, share, on, failure); });
    }
    on.ready.arrive_and_wait();
    m.start();
    running.clear();
    m.stop();
    for (const auto& failure : failures)
        if (failure) std::rethrow_exception(failure);
    m.also("connections", static_cast<double>(connections()));
    m.also("threads", static_cast<double>(count));
    m.print(peer, "throughput", on.count, 0);
}

void idle(const connection_config& config) {
    constexpr std::chrono::seconds watched{2};
    const auto n = connections();
    auto unprepared = config;
    unprepared.statement_mode = howdah::statement_mode::unnamed;  // it may be a pooler that is idled at
    asio::io_context io{1};
    std::deque<connection> all;
    const auto connect = [&](std::int64_t count) {
        std::exception_ptr failure;
        bool connected = false;
        asio::co_spawn(io, connect_all(unprepared, count, all), [&](const std::exception_ptr& e) {
            failure = e;
            connected = true;
        });
        while (!connected) io.run_one();
        if (failure) std::rethrow_exception(failure);
    };
    connect(1);  // what the first one brings is the program's
    const auto before = resident_kb();
    connect(n);
    const auto resident = resident_kb() - before;
    meter m;
    const auto handled = io.run_for(watched);
    m.stop();
    std::printf("{\"peer\":\"howdah-async\",\"connections\":%lld,\"kb_each\":%.3f,\"watched_s\":%.3f,\"cpu_ms\":%.3f,"
                "\"handlers\":%zu}\n",
                static_cast<long long>(n), static_cast<double>(resident) / static_cast<double>(n), m.wall_seconds(),
                m.cpu_seconds() * 1e3, handled);
}

}  // namespace bench::by_async
