#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "howdah/cluster/destination.hpp"
#include "howdah/pool/pool.hpp"

namespace howdah {

namespace clustering {

class cluster_core;

/// Where a cluster's calls go, and how.
struct cluster_target {
    static constexpr bool suspends = true;

    std::shared_ptr<cluster_core> cluster{};
    core::call_options options{};
    itinerary by{};

    template <class Sink, class Parameters, class... Setup>
    static awaitable<typename Sink::answer> run(cluster_target t, statement_text text, Parameters values,
                                                Setup... setup);
    static awaitable<void> run(cluster_target t, pipeline& steps);
    static awaitable<std::vector<result>> run(cluster_target t, script statements);
    /// It waits for a primary, and is run once: its rows are moved into it.
    template <class R, class Rows>
    static awaitable<core::bulk_answer<R>> bulk(cluster_target t, bulk_request request, core::kept_rows<Rows> rows);
    template <class T, class Parameters>
    static row_stream<T> stream(const cluster_target& t, const statement_text& text, Parameters values,
                                const stream_options& options) {
        return async::target::stream<T>(t.to_be_lent(text.text(), t.kind_of(text)), text, std::move(values), options);
    }
    static awaitable<copy_in_stream> copy_in(cluster_target t, statement_text text);
    template <class T>
    static awaitable<copy_in_rows<T>> copy_in(cluster_target t, copy_statement statement) {
        auto lent = t.to_be_lent(statement.copy, t.by.kind_of_others());
        co_await lent.find_connection();
        co_return co_await async::target::copy_in<T>(std::move(lent), std::move(statement));
    }
    static copy_out_stream copy_out(const cluster_target& t, const statement_text& text);
    template <class T>
    static copy_out_rows<T> copy_out(const cluster_target& t, copy_statement statement) {
        return async::target::copy_out<T>(t.to_be_lent(statement.copy, t.by.kind_of_others()), std::move(statement));
    }
    /// Described on one node; each run takes its own.
    template <class... P>
    static awaitable<prepared_statement<cluster_target, P...>> prepare(cluster_target t, statement_text text) {
        auto facts = co_await describe(t, text, sizeof...(P));
        co_return prepared_statement<cluster_target, P...>{std::move(t), std::move(text), std::move(facts)};
    }

    routed_call::kind kind_of(const statement_text& text) const noexcept;

private:
    async::target to_be_lent(std::string_view what, routed_call::kind kind) const;
    static awaitable<std::shared_ptr<const core::statement_facts>> describe(cluster_target t, statement_text text,
                                                                            std::size_t parameters);
};

/// A call of a cluster on Asio: in the frame of its coroutine.
///
///     while (!c.found()) co_await c.wait();
class crossing : public crossing_base {
public:
    crossing(const cluster_target& t, routed_call::kind kind, std::string_view what);
    ~crossing() = default;

    awaitable<void> wait();
    howdah::pool& pool() const;
    pooling::pool_target to() const;
    template <class F>
    auto transact(const transaction_options& options, F& body, const pooling::place& where) {
        return pool().in_transaction(options, body, where);
    }

private:
    const cluster_target& target_;
};

template <class Sink, class Parameters, class... Setup>
awaitable<typename Sink::answer> cluster_target::run(cluster_target t, statement_text text, Parameters values,
                                                     Setup... setup) {
    crossing c{t, t.kind_of(text), text.text()};
    for (;;) {
        while (!c.found()) co_await c.wait();
        std::optional<error> failure;
        try {
            const auto question = c.question();
            auto to = c.to();
            if (question == session_question::none) {
                auto answer = co_await pooling::pool_target::run<Sink>(
                    std::move(to), text, borrowed_parameters<Parameters>{&values}, setup...);
                c.succeeded();
                co_return answer;
            }
            session_steps steps{question, c.past()};
            auto& sink = steps.template add<Sink>(text, values, setup...);
            co_await pooling::pool_target::perform(std::move(to), steps.call(), pooling::place::of(text.text()));
            const auto where = steps.conclude();
            if (question == session_question::position) c.wrote(where);
            c.succeeded();
            co_return sink.take();
        } catch (const error& e) {
            failure.emplace(e);
        }
        c.failed(*failure);
    }
}

template <class R, class Rows>
awaitable<core::bulk_answer<R>> cluster_target::bulk(cluster_target t, bulk_request request,
                                                     core::kept_rows<Rows> rows) {
    crossing c{t, t.by.kind_of_others(), "a bulk call"};
    while (!c.found()) co_await c.wait();
    auto to = c.to();
    try {
        auto answer = co_await pooling::pool_target::bulk<R, Rows>(std::move(to), std::move(request),
                                                                   std::forward<core::kept_rows<Rows>>(rows));
        c.wrote(std::nullopt);
        c.succeeded();
        co_return answer;
    } catch (const error& e) {
        c.wrote(std::nullopt);
        c.ended(e);
        throw;
    }
}

}  // namespace clustering
}  // namespace howdah
