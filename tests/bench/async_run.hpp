#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <utility>

#include "howdah/async/async.hpp"
#include "howdah/pool/pool.hpp"

namespace bench {

/// Awaits `whole()` on a loop of its own. Throws what it throws.
template <class Whole>
void run_loop(boost::asio::io_context& io, const Whole& whole) {
    std::exception_ptr failure;
    boost::asio::co_spawn(io, whole(), [&](const std::exception_ptr& e) {
        failure = e;
        if (e) io.stop();  // a pool that is open would keep it busy
    });
    io.run();
    if (failure) std::rethrow_exception(failure);
}

/// Connects, awaits `work(connection)`, and closes.
template <class Work>
void run_async(const howdah::connection_config& config, Work work) {
    boost::asio::io_context io{1};
    run_loop(io, [&]() -> howdah::awaitable<void> {
        auto db = co_await howdah::connect(config);
        co_await work(db);
    });
}

/// The same with a pool of one connection.
template <class Work>
void run_pool(const howdah::connection_config& config, Work work) {
    boost::asio::io_context io{1};
    howdah::pool db{io.get_executor(), config, {.max_connections = 1}};
    run_loop(io, [&]() -> howdah::awaitable<void> {
        co_await work(db);
        co_await db.close();
    });
}

}  // namespace bench
