#include <atomic>
#include <barrier>
#include <mutex>
#include <thread>
#include <utility>

#include "bench/pool/figures.hpp"
#include "bench/pool/workloads.hpp"
#include "howdah/pool/blocking_pool.hpp"
#include "howdah/types/types.hpp"

namespace bench {
namespace {

/// All connections open at once.
void open_all(howdah::blocking::pool& db, std::size_t n) {
    std::vector<howdah::blocking::pooled_connection> all;
    for (std::size_t i = 0; i < n; ++i) {
        all.push_back(db.acquire());
        all.back()->execute("select 1");
    }
}

template <class Work>
void on_threads(std::size_t n, Work work) {
    std::barrier together{static_cast<std::ptrdiff_t>(n)};
    std::vector<std::jthread> all;
    for (std::size_t i = 0; i < n; ++i)
        all.emplace_back([&, i] {
            together.arrive_and_wait();
            work(i);
        });
}

}  // namespace

void acquire_blocking(const howdah::connection_config& config, const amounts& n) {
    howdah::blocking::pool db{config, {.max_connections = connections}};
    open_all(db, connections);
    std::vector<duration> sample;
    sample.reserve(n.acquires);
    for (std::size_t i = 0; i < n.acquires; ++i) {
        const auto before = clock::now();
        { const auto held = db.acquire(); }
        sample.push_back(clock::now() - before);
    }
    figures{"acquire", "blocking"}.add("acquire_and_release", std::move(sample)).print();
}

void contended_blocking(const howdah::connection_config& config, const amounts& n, task what) {
    howdah::blocking::pool db{config, {.max_connections = connections}};
    open_all(db, connections);
    std::vector<std::vector<use>> of_tasks(tasks);
    on_threads(tasks, [&](std::size_t number) {
        auto& mine = of_tasks[number];
        mine.reserve(n.uses / tasks);
        for (std::size_t i = 0; i < n.uses / tasks; ++i) {
            use u{.asked = clock::now()};
            {
                const auto held = db.acquire();
                u.got = clock::now();
                if (what == task::works) held->execute(working, static_cast<std::int32_t>(i * 7919 % 1'000'000 + 1));
                else held->execute(resting);
                u.gave_back = clock::now();
            }
            mine.push_back(u);
        }
    });
    std::vector<use> uses;
    for (const auto& mine : of_tasks) uses.insert(uses.end(), mine.begin(), mine.end());
    figures out{what == task::works ? "contended_works" : "contended_rests", "blocking"};
    add_uses(out, std::move(uses), tasks, connections);
    out.print();
}

void threads_blocking(const howdah::connection_config& config, const amounts& n, std::size_t threads) {
    howdah::blocking::pool db{config, {.max_connections = static_cast<std::uint32_t>(threads)}};
    open_all(db, threads);
    std::atomic<clock::rep> busy = 0;
    on_threads(threads, [&](std::size_t) {
        const auto begin = clock::now();
        for (std::size_t i = 0; i < n.acquires; ++i) const auto held = db.acquire();
        busy += (clock::now() - begin).count();
    });
    const auto mean = std::chrono::duration<double>(duration{busy / static_cast<clock::rep>(threads)}).count();
    figures{"threads", "blocking"}
        .add("threads", static_cast<double>(threads))
        .add("acquires_a_second", static_cast<double>(n.acquires * threads) / mean)
        .print();
}

}  // namespace bench
