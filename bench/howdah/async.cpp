#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <span>
#include <string_view>

#include "bench/howdah/peer.hpp"
#include "bench/meter.hpp"
#include "howdah/async/connection.hpp"
#include "howdah/types/types.hpp"

namespace bench {
namespace {

namespace asio = boost::asio;
using howdah::awaitable;
using howdah::connection;
constexpr std::string_view peer = "howdah-async";

awaitable<void> selects(connection& c, std::int64_t count, meter& m, checksum& sums) {
    for (std::int64_t i = 0; i < count; ++i) {
        const auto since = clock::now();
        const auto r = co_await c.fetch_one<row>(point_select, nth_id(i));
        sums.add(r);
        m.latency(since);
    }
}

awaitable<void> seq(connection& c) {
    const auto n = operations(seq_operations);
    checksum sums;
    meter m{std::max(n, seq_warm_up)};
    co_await selects(c, seq_warm_up, m, sums);
    sums = {};
    m.start();
    co_await selects(c, n, m, sums);
    m.stop();
    m.print(peer, "seq", n, sums);
}

/// Tasks that share one connection; each takes the next query as soon as its last is answered.
class tasks {
public:
    tasks(connection& c, std::int64_t count) : connection_{c}, count_{count} {}

    awaitable<checksum> run() {
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer all_done{executor, asio::steady_timer::time_point::max()};
        for (running_ = pipe_depth; started_ < pipe_depth; ++started_)
            asio::co_spawn(executor, task(), [&](const std::exception_ptr& e) {
                if (e) failure_ = e;
                if (--running_ == 0) all_done.cancel();
            });
        boost::system::error_code cancelled;
        co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        if (failure_) std::rethrow_exception(failure_);
        co_return sums_;
    }

private:
    awaitable<void> task() {
        while (next_ < count_) {
            const auto id = nth_id(next_++);
            const auto r = co_await connection_.fetch_one<row>(point_select, id);
            sums_.add(r);
        }
    }

    connection& connection_;
    std::int64_t count_, next_ = 0, started_ = 0, running_ = 0;
    checksum sums_;
    std::exception_ptr failure_;
};

awaitable<void> pipe(connection& c) {
    const auto n = operations(pipe_operations);
    tasks warming{c, pipe_warm_up};
    co_await warming.run();
    tasks measured{c, n};
    meter m;
    const auto sums = co_await measured.run();
    m.stop();
    m.print(peer, "pipe", n, sums);
}

awaitable<void> rows_buf(connection& c) {
    checksum sums;
    meter m;
    const auto rows = co_await c.query(all_rows);
    for (const auto r : rows) sums.add(r[0].as<std::int32_t>(), r[1].as<double>(), r[2].as<std::string_view>().size());
    m.stop();
    m.print(peer, "rows_buf", sums.rows, sums);
}

awaitable<void> rows_typed(connection& c) {
    checksum sums;
    meter m;
    const auto rows = co_await c.fetch_all<row>(all_rows);
    for (const auto& r : rows) sums.add(r);
    m.stop();
    m.print(peer, "rows_typed", sums.rows, sums);
}

awaitable<void> copy_in(connection& c) {
    const auto n = operations(row_count);
    const auto rows = rows_to_copy();
    co_await c.execute(create_sink);
    const howdah::identifier sink{"sink"};
    meter m;
    auto in = co_await c.copy_in<row>(sink);
    for (std::int64_t left = n; left > 0; left -= static_cast<std::int64_t>(rows.size())) {
        const std::span<const row> some{rows.data(), std::min(rows.size(), static_cast<std::size_t>(left))};
        co_await in.write_all(some);
    }
    co_await in.finish();
    m.stop();
    const auto sum = co_await c.fetch_one<row>(sum_of_sink);
    m.print(peer, "copy_in", n, checksum::of_sink(sum.id, sum.v));
}

awaitable<void> copy_out(connection& c) {
    checksum sums;
    const howdah::identifier t{"t"};
    meter m;
    auto out = c.copy_out<row>(t);
    co_await out.for_each([&](const row& r) { sums.add(r); });
    m.stop();
    m.print(peer, "copy_out", sums.rows, sums);
}

using coroutine = awaitable<void> (*)(connection&);

awaitable<void> connect_and_run(const howdah::connection_config& config, coroutine run) {
    auto c = co_await howdah::connect(config);
    co_await run(c);
}

coroutine coroutine_called(std::string_view name) {
    if (name == "seq") return seq;
    if (name == "pipe") return pipe;
    if (name == "rows_buf") return rows_buf;
    if (name == "rows_typed") return rows_typed;
    if (name == "copy_in") return copy_in;
    if (name == "copy_out") return copy_out;
    return nullptr;
}

}  // namespace

exit_status run_async(const arguments& given, const howdah::connection_config& config) {
    const auto run = coroutine_called(given.workload);
    if (run == nullptr) return workload_not_offered;
    asio::io_context io{1};
    std::exception_ptr failure;
    asio::co_spawn(io, connect_and_run(config, run), [&](const std::exception_ptr& e) { failure = e; });
    io.run();
    if (failure) std::rethrow_exception(failure);
    return done;
}

}  // namespace bench
