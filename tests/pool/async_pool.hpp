#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "howdah/howdah.hpp"
#include "howdah/testing/shared_server.hpp"

namespace howdah::test {

namespace asio = boost::asio;

inline awaitable<int> backend_of(connection& c) { return c.fetch_one<int>("select pg_backend_pid()"); }

/// A loop, and what tests of a pool do on it. Nothing on it may take longer than `limit`.
class pool_loop : public ::testing::Test {
protected:
    static constexpr std::chrono::seconds limit{30};

    static connection_config config(testing::route r = testing::route::best) {
        return parse_conninfo(testing::shared_server().dsn_by(r));
    }
    static pool_options at_most(std::uint32_t connections) {
        pool_options o;
        o.max_connections = connections;
        return o;
    }

    /// Runs it to its end, and gives what it gives.
    template <class T>
    T wait(awaitable<T> work) {
        if constexpr (std::is_void_v<T>) {
            finish(std::move(work));
        } else {
            std::optional<T> answer;
            finish(pooling::pool_target::keep(answer, std::move(work)));
            return std::move(*answer);
        }
    }
    /// Begins it beside the test; what it throws is a failure, unless `failure` takes it.
    /// `work` is an awaitable, or a closure that gives one and is kept.
    template <class Work>
    void begin(Work work, std::exception_ptr* failure = nullptr) {
        ++running_;
        asio::co_spawn(io, std::move(work), [this, failure](const std::exception_ptr& e) {
            --running_;
            if (failure != nullptr) {
                *failure = e;
            } else if (e) {
                failed_ = e;
            }
        });
    }
    template <class F>
    void until(F condition) {
        const auto end = std::chrono::steady_clock::now() + limit;
        io.restart();
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) throw std::runtime_error{"the loop did not come to its end"};
            io.run_one_for(std::chrono::milliseconds{20});
            if (failed_) std::rethrow_exception(std::exchange(failed_, nullptr));
        }
    }
    void until_all_done() {
        until([&] { return running_ == 0; });
    }
    std::optional<error> error_of(awaitable<void> work) {
        try {
            finish(std::move(work));
        } catch (const error& e) {
            return e;
        }
        return std::nullopt;
    }
    /// Lets go of whatever is still on the loop.
    void close(pool& db) { wait(db.close(std::chrono::seconds{5})); }

    asio::io_context io{1};

private:
    void finish(awaitable<void> work) {
        const auto end = std::make_shared<std::optional<std::exception_ptr>>();  // until() may throw
        ++running_;
        asio::co_spawn(io, std::move(work), [this, end](const std::exception_ptr& e) {
            --running_;
            *end = e;
        });
        until([&] { return end->has_value(); });
        if (const auto& failure = **end) std::rethrow_exception(failure);
    }

    std::size_t running_ = 0;
    std::exception_ptr failed_;
};

}  // namespace howdah::test
