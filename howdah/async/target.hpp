#pragma once

#include <memory>
#include <string>
#include <vector>

#include "howdah/async/awaitable.hpp"
#include "howdah/async/statement_frame.hpp"
#include "howdah/async/waiter.hpp"
#include "howdah/core/bulk_answer.hpp"
#include "howdah/core/call_options.hpp"
#include "howdah/core/stream_options.hpp"
#include "howdah/core/verbs.hpp"

namespace howdah {

namespace core {
class bulk_call;
class inbox;
class operation;
}  // namespace core

template <class T>
class row_stream;      // howdah/async/row_stream.hpp
class copy_in_stream;  // these four: howdah/async/copy.hpp
template <class T>
class copy_in_rows;
class copy_out_stream;
template <class T>
class copy_out_rows;

namespace async {

/// Who lends connections, such as a pool. What it has lent comes back when it goes.
class lender {
public:
    lender() = default;
    lender(const lender&) = delete;
    lender& operator=(const lender&) = delete;
    virtual ~lender() = default;
    virtual awaitable<std::shared_ptr<connection_core>> lend() = 0;
};

/// Where a call goes, and how: a connection, the lease it runs under, its options.
struct target {
    static constexpr bool suspends = true;

    std::shared_ptr<connection_core> core{};  // null: moved from, or not lent yet
    howdah::core::lease_id lease = 0;
    howdah::core::call_options options{};
    std::shared_ptr<lender> from{};  // null: the connection is its caller's own

    /// `setup` is what the sink is made from.
    template <class Sink, class Parameters, class... Setup>
    static awaitable<typename Sink::answer> run(target t, statement_text text, Parameters values, Setup... setup) {
        Sink rows{setup...};
        const auto views = values.views();
        statement_frame call{text, views, rows};
        waiter w;
        co_await t.perform(call.operation(), w);
        rethrow(call.operation());
        co_return rows.take();
    }
    static awaitable<void> run(target t, pipeline& steps);
    static awaitable<std::vector<result>> run(target t, script statements);
    template <class R, class Rows>
    static awaitable<howdah::core::bulk_answer<R>> bulk(target t, bulk_request request,
                                                        howdah::core::kept_rows<Rows> rows) {
        howdah::core::bulk_call_of<howdah::core::kept_rows<Rows>, R> call{std::move(request), rows};
        co_await drive(std::move(t), call);
        co_return call.take();
    }
    /// Sends nothing yet.
    template <class T, class Parameters>
    static row_stream<T> stream(target t, const statement_text& text, Parameters values, const stream_options& options);
    static awaitable<copy_in_stream> copy_in(target t, statement_text text);
    template <class T>
    static awaitable<copy_in_rows<T>> copy_in(target t, copy_statement statement);
    static copy_out_stream copy_out(target t, const statement_text& text);
    template <class T>
    static copy_out_rows<T> copy_out(target t, copy_statement statement);
    template <class... P>
    static awaitable<prepared_statement<target, P...>> prepare(target t, statement_text text) {
        auto facts = co_await describe(t, text, sizeof...(P));
        co_return prepared_statement<target, P...>{std::move(t), std::move(text), std::move(facts)};
    }

    /// Has the connection lent, where that was put off.
    awaitable<void> find_connection();
    /// Waits until `op` is done or paused, and lets a paused one go on. It does not throw: ask op.failure(), or rethrow().
    awaitable<void> perform(howdah::core::operation& op, waiter& w) const;
    static void rethrow(const howdah::core::operation& op);

    /// A name that no other portal or cursor of the connection has.
    std::string new_portal() const;
    /// Where the connection's notifications go.
    void deliver_to(std::shared_ptr<howdah::core::inbox> to) const;
    /// It is closed in front of what is sent next.
    void close_portal(std::string name) const;

    /// What the catalog says of the types of a query's columns is known then.
    static awaitable<void> learn_types(target t, std::string query);
    static awaitable<void> drive(target t, howdah::core::bulk_call& call);
    static awaitable<std::shared_ptr<const howdah::core::statement_facts>> describe(target t, statement_text text,
                                                                                    std::size_t parameters);
};

}  // namespace async
}  // namespace howdah
