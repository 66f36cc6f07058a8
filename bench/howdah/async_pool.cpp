#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <stdexcept>

#include "bench/howdah/async.hpp"
#include "bench/meter.hpp"
#include "howdah/async/listener.hpp"
#include "howdah/pool/pool.hpp"
#include "howdah/types/types.hpp"

namespace bench::by_async {
namespace {

/// Tasks that share a pool; each takes the next query as soon as its last is answered.
class pool_tasks_of {
public:
    pool_tasks_of(howdah::pool& db, std::int64_t count, meter& m)
        : db_{db}, count_{count}, meter_{m}, acquires_{count}, uses_{count} {}

    awaitable<void> run_by_verb() {
        const std::function<awaitable<void>()> task = [this] { return by_verb(); };
        co_await run_tasks(pool_tasks, task);
    }
    awaitable<void> run_by_acquire() {
        const std::function<awaitable<void>()> task = [this] { return by_acquire(); };
        co_await run_tasks(pool_tasks, task);
    }
    const checksum& sums() const noexcept { return sums_; }
    void tell(meter& m) {
        if (acquires_.empty()) return;
        m.also("acquire_p50_us", acquires_.percentile(0.50));
        m.also("acquire_p99_us", acquires_.percentile(0.99));
        m.also("utilization", uses_.sum_in_seconds() / (m.wall_seconds() * double{pool_connections}));
    }

private:
    awaitable<void> by_verb() {
        while (next_ < count_) {
            const auto id = nth_id(next_++);
            const auto since = clock::now();
            const auto r = co_await db_.fetch_one<row>(point_select, id);
            sums_.add(r);
            meter_.latency(since);
        }
    }
    awaitable<void> by_acquire() {
        while (next_ < count_) {
            const auto id = nth_id(next_++);
            const auto since = clock::now();
            auto held = co_await db_.acquire();
            const auto acquired = clock::now();
            const auto r = co_await held->fetch_one<row>(point_select, id);
            held.release();
            sums_.add(r);
            acquires_.add(acquired - since);
            uses_.add(clock::now() - acquired);
            meter_.latency(since);
        }
    }

    howdah::pool& db_;
    std::int64_t count_, next_ = 0;
    meter& meter_;
    latencies acquires_, uses_;
    checksum sums_;
};

awaitable<void> run(const connection_config& config, std::string_view name, awaitable<void> (pool_tasks_of::*tasks)()) {
    const auto n = operations(pool_operations);
    const auto executor = co_await boost::asio::this_coro::executor;
    howdah::pool db{executor, config, {.max_connections = static_cast<std::uint32_t>(pool_connections)}};
    meter m{std::max(n, pool_warm_up)};
    pool_tasks_of warming{db, warm_up(pool_warm_up, n), m};
    co_await (warming.*tasks)();
    pool_tasks_of measured{db, n, m};
    m.start();
    co_await (measured.*tasks)();
    m.stop();
    measured.tell(m);
    m.print(peer, name, n, measured.sums());
    co_await db.close();
}

}  // namespace

awaitable<void> pool(const connection_config& config) { return run(config, "pool", &pool_tasks_of::run_by_verb); }
awaitable<void> pool_acquire(const connection_config& config) {
    return run(config, "pool_acquire", &pool_tasks_of::run_by_acquire);
}

awaitable<void> connect(const connection_config& config) {
    const auto n = operations(connect_operations);
    std::int64_t sum = 0;
    meter m{n};
    for (std::int64_t i = 0; i < n; ++i) {
        const auto since = clock::now();
        auto c = co_await howdah::connect(config);
        sum += co_await c.fetch_one<std::int32_t>("select 1");
        c.close();
        m.latency(since);
    }
    m.stop();
    m.print(peer, "connect", n, static_cast<double>(sum));
}

awaitable<void> connect_cached(const connection_config& config) {
    const auto n = operations(connect_operations);
    std::int64_t sum = 0;
    auto c = co_await howdah::connect(config);
    meter m{n};
    for (std::int64_t i = 0; i < n; ++i) {
        const auto since = clock::now();
        co_await c.reconnect();
        sum += co_await c.fetch_one<std::int32_t>("select 1");
        m.latency(since);
    }
    m.stop();
    m.print(peer, "connect_cached", n, static_cast<double>(sum));
}

awaitable<void> notify(const connection_config& config) {
    const auto n = operations(notify_operations);
    auto sender = co_await howdah::connect(config);
    howdah::listener changes{co_await howdah::connect(config), {}};
    co_await changes.listen("bench");
    std::int64_t sum = 0;
    meter m;
    for (std::int64_t come = 0; come < n;) {
        const auto until = std::min(n, come + notify_batch);
        co_await sender.execute("select pg_notify('bench', i::text) from generate_series($1::int8, $2::int8) i",
                                come + 1, until);
        for (; come < until; ++come) {
            const auto event = co_await changes.next();
            if (event.as_notification() == nullptr) throw std::runtime_error{"a notification was lost"};
            sum += std::stoll(event.as_notification()->payload);
        }
    }
    m.stop();
    m.print(peer, "notify", n, static_cast<double>(sum));
}

}  // namespace bench::by_async
