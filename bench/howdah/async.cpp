#include "bench/howdah/async.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include "bench/howdah/peer.hpp"
#include "bench/howdah/scale.hpp"
#include "bench/workload.hpp"

namespace bench {
namespace asio = boost::asio;

namespace by_async {

awaitable<void> run_tasks(std::int64_t count, const std::function<awaitable<void>()>& task) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer all_done{executor, asio::steady_timer::time_point::max()};
    std::exception_ptr failure;
    auto running = count;
    for (std::int64_t i = 0; i < count; ++i)
        asio::co_spawn(executor, task(), [&](const std::exception_ptr& e) {
            if (e) failure = e;
            if (--running == 0) all_done.cancel();
        });
    boost::system::error_code cancelled;
    co_await all_done.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    if (failure) std::rethrow_exception(failure);
}

}  // namespace by_async

namespace {

using namespace by_async;

template <class On>
struct coroutine {
    std::string_view name;
    awaitable<void> (*run)(On&);
};

constexpr std::array<coroutine<connection>, 11> on_a_connection{{{"seq", seq},
                                                                 {"pipe", pipe},
                                                                 {"pipe_1sync", pipe_1sync},
                                                                 {"rows_buf", rows_buf},
                                                                 {"rows_typed", rows_typed},
                                                                 {"rows_stream", rows_stream},
                                                                 {"memory_over_rows", by_async::memory_over_rows},
                                                                 {"copyin", copyin},
                                                                 {"copyout", copyout},
                                                                 {"copyout_dec", copyout_dec},
                                                                 {"insert", by_async::insert}}};
constexpr std::array<coroutine<const connection_config>, 7> on_several{{{"seq_observed", seq_observed},
                                                                        {"seq_metrics", seq_metrics},
                                                                        {"pool", by_async::pool},
                                                                        {"pool_acquire", pool_acquire},
                                                                        {"connect", by_async::connect},
                                                                        {"connect_cached", connect_cached},
                                                                        {"notify", notify}}};

constexpr std::array<workload<const connection_config>, 2> with_their_own_threads{
    {{"throughput", by_async::throughput}, {"idle", by_async::idle}}};

awaitable<void> connect_and_run(const connection_config& config, awaitable<void> (*run)(connection&)) {
    auto c = co_await howdah::connect(config);
    co_await run(c);
}

exit_status run_to_the_end(awaitable<void> work) {
    asio::io_context io{1};
    std::exception_ptr failure;
    asio::co_spawn(io, std::move(work), [&](const std::exception_ptr& e) { failure = e; });
    io.run();
    if (failure) std::rethrow_exception(failure);
    return done;
}

}  // namespace

exit_status run_async(const arguments& given, const connection_config& config) {
    const auto is_given = [&](const auto& one) { return one.name == given.workload; };
    if (const auto* const one = std::ranges::find_if(on_several, is_given); one != on_several.end())
        return run_to_the_end(one->run(config));
    if (const auto* const one = std::ranges::find_if(on_a_connection, is_given); one != on_a_connection.end())
        return run_to_the_end(connect_and_run(config, one->run));
    if (const auto* const one = find_workload(with_their_own_threads, given.workload)) {
        one->run(config);
        return done;
    }
    return workload_not_offered;
}

std::int64_t connections() { return number_from("HOWDAH_BENCH_CONNECTIONS", 1); }
std::int64_t threads() { return number_from("HOWDAH_BENCH_THREADS", 1); }

}  // namespace bench
