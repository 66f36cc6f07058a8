#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/this_coro.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "howdah/async/async.hpp"
#include "howdah/pool/borrowing.hpp"

namespace howdah::pooling {

class shard_set;

/// Where a pool's calls go: each has a connection for itself while it lasts, on the connection's executor. Handles
/// (streams, copies, transactions) keep theirs until they go.
struct pool_target {
    static constexpr bool suspends = true;

    std::shared_ptr<shard_set> pool{};
    core::call_options options{};

    template <class Sink, class Parameters, class... Setup>
    static awaitable<typename Sink::answer> run(pool_target t, statement_text text, Parameters values, Setup... setup) {
        auto from = t.shard_of(co_await boost::asio::this_coro::executor);
        if (from == nullptr) co_return co_await run_elsewhere<Sink>(t, text, values, setup...);
        borrowing b{std::move(from), place::of(text.text()), t.wait_time()};
        if (b.waits()) co_await b.wait();
        b.confirm();
        Sink rows{setup...};
        const auto views = values.views();
        const auto call = b.call(text, views, rows);
        co_await b.perform(call->operation(), t.options);
        async::target::rethrow(call->operation());
        co_return rows.take();
    }
    template <class R, class Rows>
    static awaitable<core::bulk_answer<R>> bulk(pool_target t, bulk_request request, core::kept_rows<Rows> rows) {
        auto from = t.shard_of(co_await boost::asio::this_coro::executor);
        if (from == nullptr) {
            std::optional<core::bulk_answer<R>> answer;
            co_await t.elsewhere(
                keep(answer, bulk<R, Rows>(t, std::move(request), std::forward<core::kept_rows<Rows>>(rows))));
            co_return std::move(*answer);
        }
        borrowing b{std::move(from), place::of(std::string_view{"a bulk call"}), t.wait_time()};
        if (b.waits()) co_await b.wait();
        b.confirm();
        co_return co_await async::target::bulk<R, Rows>(b.target(t.options), std::move(request),
                                                        std::forward<core::kept_rows<Rows>>(rows));
    }
    static awaitable<void> run(pool_target t, pipeline& steps);
    static awaitable<std::vector<result>> run(pool_target t, script statements);
    template <class T, class Parameters>
    static row_stream<T> stream(const pool_target& t, const statement_text& text, Parameters values,
                                const stream_options& options) {
        return async::target::stream<T>(t.to_be_lent(place::of(text.text())), text, std::move(values), options);
    }
    static awaitable<copy_in_stream> copy_in(pool_target t, statement_text text);
    template <class T>
    static awaitable<copy_in_rows<T>> copy_in(pool_target t, copy_statement statement) {
        auto lent = t.to_be_lent(place::of(std::string_view{"copy_in"}));
        co_await lent.find_connection();
        co_return co_await async::target::copy_in<T>(std::move(lent), std::move(statement));
    }
    static copy_out_stream copy_out(const pool_target& t, const statement_text& text);
    template <class T>
    static copy_out_rows<T> copy_out(const pool_target& t, copy_statement statement) {
        return async::target::copy_out<T>(t.to_be_lent(place::of(std::string_view{"copy_out"})), std::move(statement));
    }
    /// Described on one connection; each run takes whichever is free, and has it parse the statement where it has not.
    template <class... P>
    static awaitable<prepared_statement<pool_target, P...>> prepare(pool_target t, statement_text text) {
        auto facts = co_await describe(t, text, sizeof...(P));
        co_return prepared_statement<pool_target, P...>{std::move(t), std::move(text), std::move(facts)};
    }

    /// The pool's shard on this executor; null: none is.
    std::shared_ptr<shard> shard_of(const boost::asio::any_io_executor& here) const;
    /// Runs it where the pool has a shard.
    awaitable<void> elsewhere(awaitable<void> work) const;
    /// A target that has a connection lent with its first call, and keeps it.
    async::target to_be_lent(place where) const;
    clock::duration wait_time() const;
    /// Any call; ask it for its failure. What `where` views must live as long.
    static awaitable<void> perform(pool_target t, core::operation& call, place where);
    static awaitable<std::shared_ptr<const core::statement_facts>> describe(pool_target t, statement_text text,
                                                                            std::size_t parameters);

    template <class T>
    static awaitable<void> keep(std::optional<T>& answer, awaitable<T> work) {
        answer.emplace(co_await std::move(work));
    }

private:
    template <class Sink, class Parameters, class... Setup>
    static awaitable<typename Sink::answer> run_elsewhere(const pool_target& t, const statement_text& text,
                                                          Parameters& values, const Setup&... setup) {
        std::optional<typename Sink::answer> answer;
        co_await t.elsewhere(keep(answer, run<Sink>(t, text, std::move(values), setup...)));
        co_return std::move(*answer);
    }
};

}  // namespace howdah::pooling
