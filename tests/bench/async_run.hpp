#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <utility>

#include "howdah/async/connection.hpp"

namespace bench {

/// Connects, awaits `work(connection)` on a loop of its own, and closes. Throws what it throws.
template <class Work>
void run_async(const howdah::connection_config& config, Work work) {
    boost::asio::io_context io{1};
    std::exception_ptr failure;
    const auto whole = [&]() -> howdah::awaitable<void> {
        auto db = co_await howdah::connect(config);
        co_await work(db);
    };
    boost::asio::co_spawn(io, whole(), [&](const std::exception_ptr& e) { failure = e; });
    io.run();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace bench
