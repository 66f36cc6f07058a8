#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <thread>
#include <utility>

#include "bench/pool/figures.hpp"
#include "bench/pool/workloads.hpp"
#include "howdah/pool/pool.hpp"
#include "howdah/types/types.hpp"

namespace bench {
namespace {

namespace asio = boost::asio;

/// Runs coroutines on `loops`, each loop on a thread; the last of them closes the pool. Throws what they throw.
class crew {
public:
    explicit crew(std::size_t loops) {
        for (std::size_t i = 0; i < loops; ++i)
            executors.emplace_back(loops_.emplace_back(std::make_unique<asio::io_context>(1))->get_executor());
    }
    /// Once all of the pool's connections are open.
    template <class Make>
    void run(howdah::pool& db, std::size_t coroutines, Make make) {
        for (auto s = db.status(); s.idle < s.limit; s = db.status())
            for (const auto& l : loops_) l->poll_one();
        std::atomic<std::size_t> left = coroutines;
        const auto whole = [&](std::size_t i) -> howdah::awaitable<void> {
            co_await make(i);
            if (--left == 0) co_await db.close();
        };
        for (std::size_t i = 0; i < coroutines; ++i)
            asio::co_spawn(executors[i % executors.size()], whole(i), [](const std::exception_ptr& failure) {
                if (failure) std::rethrow_exception(failure);  // ends the program, with its message
            });
        std::vector<std::jthread> others;
        for (std::size_t i = 1; i < loops_.size(); ++i) others.emplace_back([&l = *loops_[i]] { l.run(); });
        loops_.front()->run();
    }

    std::vector<asio::any_io_executor> executors;

private:
    std::vector<std::unique_ptr<asio::io_context>> loops_;
};

howdah::pool_options all_open(std::size_t n) {
    return {.min_connections = static_cast<std::uint32_t>(n), .max_connections = static_cast<std::uint32_t>(n)};
}

howdah::awaitable<void> run_statement(howdah::connection& c, task what, std::int32_t i) {
    if (what == task::works) co_await c.execute(working, i);
    else co_await c.execute(resting);
}

}  // namespace

void acquire_async(const howdah::connection_config& config, const amounts& n) {
    crew all{1};
    howdah::pool db{all.executors, config, all_open(connections)};
    std::vector<duration> sample;
    sample.reserve(n.acquires);
    all.run(db, 1, [&](std::size_t) -> howdah::awaitable<void> {
        for (std::size_t i = 0; i < n.acquires; ++i) {
            const auto before = clock::now();
            { const auto held = co_await db.acquire(); }
            sample.push_back(clock::now() - before);
        }
    });
    figures{"acquire", "async"}.add("acquire_and_release", std::move(sample)).print();
}

void contended_async(const howdah::connection_config& config, const amounts& n, task what) {
    crew all{1};
    howdah::pool db{all.executors, config, all_open(connections)};
    std::vector<use> uses;
    uses.reserve(n.uses);
    all.run(db, tasks, [&](std::size_t) -> howdah::awaitable<void> {
        for (std::size_t i = 0; i < n.uses / tasks; ++i) {
            use u{.asked = clock::now()};
            {
                auto held = co_await db.acquire();
                u.got = clock::now();
                co_await run_statement(*held, what, static_cast<std::int32_t>(i * 7919 % 1'000'000 + 1));
                u.gave_back = clock::now();
            }
            uses.push_back(u);
        }
    });
    figures out{what == task::works ? "contended_works" : "contended_rests", "async"};
    add_uses(out, std::move(uses), tasks, connections);
    out.print();
}

void threads_async(const howdah::connection_config& config, const amounts& n, std::size_t threads) {
    crew all{threads};
    howdah::pool db{all.executors, config, all_open(threads)};
    std::atomic<clock::rep> busy = 0;
    all.run(db, threads, [&](std::size_t) -> howdah::awaitable<void> {
        const auto begin = clock::now();
        for (std::size_t i = 0; i < n.acquires; ++i) const auto held = co_await db.acquire();
        busy += (clock::now() - begin).count();
    });
    const auto mean = std::chrono::duration<double>(duration{busy / static_cast<clock::rep>(threads)}).count();
    figures{"threads", "async"}
        .add("threads", static_cast<double>(threads))
        .add("acquires_a_second", static_cast<double>(n.acquires * threads) / mean)
        .print();
}

}  // namespace bench
