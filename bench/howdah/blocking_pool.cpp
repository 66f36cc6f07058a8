#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "bench/howdah/blocking.hpp"
#include "bench/meter.hpp"
#include "howdah/blocking/listener.hpp"
#include "howdah/pool/blocking_pool.hpp"
#include "howdah/types/types.hpp"

namespace bench::by_blocking {
namespace {

/// What one thread has done.
struct share {
    checksum sums;
    latencies whole, acquires, uses;

    void add(const share& other) {
        sums.add(other.sums);
        whole.add(other.whole);
        acquires.add(other.acquires);
        uses.add(other.uses);
    }
};

using howdah::blocking::pool;
using select = void (*)(pool& db, std::int32_t id, share& to);

void by_verb(pool& db, std::int32_t id, share& to) {
    const auto since = clock::now();
    to.sums.add(db.fetch_one<row>(point_select, std::int32_t{id}));
    to.whole.add(clock::now() - since);
}

void by_acquire(pool& db, std::int32_t id, share& to) {
    const auto since = clock::now();
    auto held = db.acquire();
    const auto acquired = clock::now();
    to.sums.add(held->fetch_one<row>(point_select, std::int32_t{id}));
    held.release();
    const auto end = clock::now();
    to.acquires.add(acquired - since);
    to.uses.add(end - acquired);
    to.whole.add(end - since);
}

share run_threads(pool& db, std::int64_t count, select one) {
    std::atomic<std::int64_t> next = 0;
    std::mutex lock;
    share all;
    std::exception_ptr failure;
    std::vector<std::jthread> threads;
    const auto work = [&] {
        share own;
        std::exception_ptr wrong;
        try {
            for (auto i = next++; i < count; i = next++) one(db, nth_id(i), own);
        } catch (...) {
            wrong = std::current_exception();
        }
        const std::lock_guard held{lock};
        all.add(own);
        if (wrong) failure = wrong;
    };
    for (std::int64_t i = 0; i < pool_tasks; ++i) threads.emplace_back(work);
    threads.clear();
    if (failure) std::rethrow_exception(failure);
    return all;
}

void run(const connection_config& config, std::string_view name, select one) {
    const auto n = operations(pool_operations);
    pool db{config, {.max_connections = static_cast<std::uint32_t>(pool_connections)}};
    run_threads(db, warm_up(pool_warm_up, n), one);
    meter m;
    auto all = run_threads(db, n, one);
    m.stop();
    m.latency(all.whole);
    if (!all.acquires.empty()) {
        m.also("acquire_p50_us", all.acquires.percentile(0.50));
        m.also("acquire_p99_us", all.acquires.percentile(0.99));
        m.also("utilization", all.uses.sum_in_seconds() / (m.wall_seconds() * double{pool_connections}));
    }
    m.print(peer, name, n, all.sums);
}

}  // namespace

void pool(const connection_config& config) { run(config, "pool", by_verb); }
void pool_acquire(const connection_config& config) { run(config, "pool_acquire", by_acquire); }

void connect(const connection_config& config) {
    const auto n = operations(connect_operations);
    std::int64_t sum = 0;
    meter m{n};
    for (std::int64_t i = 0; i < n; ++i) {
        const auto since = clock::now();
        connection c{config};
        sum += c.fetch_one<std::int32_t>("select 1");
        c.close();
        m.latency(since);
    }
    m.stop();
    m.print(peer, "connect", n, static_cast<double>(sum));
}

void connect_cached(const connection_config& config) {
    const auto n = operations(connect_operations);
    std::int64_t sum = 0;
    connection c{config};
    meter m{n};
    for (std::int64_t i = 0; i < n; ++i) {
        const auto since = clock::now();
        c.reconnect();
        sum += c.fetch_one<std::int32_t>("select 1");
        m.latency(since);
    }
    m.stop();
    m.print(peer, "connect_cached", n, static_cast<double>(sum));
}

void notify(const connection_config& config) {
    constexpr std::chrono::seconds patience{10};
    const auto n = operations(notify_operations);
    connection sender{config};
    howdah::blocking::listener changes{config, {"bench"}};
    std::int64_t sum = 0;
    meter m;
    for (std::int64_t come = 0; come < n;) {
        const auto until = std::min(n, come + notify_batch);
        sender.execute("select pg_notify('bench', i::text) from generate_series($1::int8, $2::int8) i", come + 1,
                       std::int64_t{until});
        for (; come < until; ++come) {
            const auto event = changes.next(patience);
            if (!event || event->as_notification() == nullptr) throw std::runtime_error{"a notification was lost"};
            sum += std::stoll(event->as_notification()->payload);
        }
    }
    m.stop();
    m.print(peer, "notify", n, static_cast<double>(sum));
}

}  // namespace bench::by_blocking
