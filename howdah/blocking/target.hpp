#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "howdah/core/bulk_answer.hpp"
#include "howdah/core/call_options.hpp"
#include "howdah/core/stream_options.hpp"
#include "howdah/core/verbs.hpp"

namespace howdah::core {
class bulk_call;
class inbox;
class operation;
}  // namespace howdah::core

namespace howdah::blocking {

template <class T>
class row_stream;      // howdah/blocking/row_stream.hpp
class copy_in_stream;  // these four: howdah/blocking/copy.hpp
template <class T>
class copy_in_rows;
class copy_out_stream;
template <class T>
class copy_out_rows;

/// What a call may say about itself.
struct call_options {
    std::optional<std::chrono::milliseconds> timeout{};  // unset: the connection's query_timeout; zero: none
    /// Asked to stop, by any thread, the call ends as `cancelled`, and the server is told to stop it.
    std::stop_token stop{};
};

namespace detail {

class connection_core;

template <class T>
using plain = T;

/// Where a handle's connection comes from, and goes back to with the last handle.
class lender {
public:
    lender() = default;
    lender(const lender&) = delete;
    lender& operator=(const lender&) = delete;
    virtual ~lender() = default;
    /// The connection, which is acquired at the first use.
    virtual const std::shared_ptr<connection_core>& lend() = 0;
};

/// Where a call goes, and how: a connection, the lease it runs under, its options.
struct target {
    target() = default;
    target(std::shared_ptr<connection_core> c, howdah::core::lease_id l = 0, const call_options& o = {},
           std::shared_ptr<lender> f = nullptr)
        : core{std::move(c)}, lease{l}, options{.timeout = o.timeout}, stop{o.stop}, from{std::move(f)} {}

    static constexpr bool suspends = false;

    std::shared_ptr<connection_core> core{};
    howdah::core::lease_id lease = 0;
    howdah::core::call_options options{};
    howdah::core::acquire_time acquiring{};
    std::stop_token stop{};
    std::shared_ptr<lender> from{};  // null: the connection is nobody's to be given back

    /// `setup` is what the sink is made from.
    template <class Sink, class Parameters, class... Setup>
    static typename Sink::answer run(const target& t, const statement_text& text, Parameters values,
                                     const Setup&... setup) {
        Sink rows{setup...};
        const auto views = values.views();
        t.perform(text, views, rows);
        return rows.take();
    }
    static void run(const target& t, pipeline& steps);
    static std::vector<result> run(const target& t, const script& statements);
    template <class R, class Rows>
    static howdah::core::bulk_answer<R> bulk(const target& t, bulk_request request,
                                             howdah::core::kept_rows<Rows> rows) {
        howdah::core::bulk_call_of<howdah::core::kept_rows<Rows>, R> call{std::move(request), rows};
        drive(t, call);
        return call.take();
    }
    /// Sends nothing yet.
    template <class T, class Parameters>
    static row_stream<T> stream(const target& t, const statement_text& text, Parameters values,
                                const stream_options& options);
    static copy_in_stream copy_in(const target& t, const statement_text& text);
    template <class T>
    static copy_in_rows<T> copy_in(const target& t, copy_statement statement);
    static copy_out_stream copy_out(const target& t, const statement_text& text);
    template <class T>
    static copy_out_rows<T> copy_out(const target& t, copy_statement statement);
    template <class... P>
    static prepared_statement<target, P...> prepare(const target& t, const statement_text& text) {
        return {t, text, t.describe(text, sizeof...(P))};
    }

    /// Runs a statement to its end; throws its failure.
    void perform(const statement_text& text, std::span<const parameter_view> parameters,
                 howdah::core::row_sink& rows) const;
    /// Runs `op` until it is done or paused, and lets a paused one go on; throws its failure.
    void perform(howdah::core::operation& op) const;
    /// The caller of a paused operation goes away.
    void let_go(howdah::core::operation& op) const noexcept;

    /// A name that no other portal or cursor of the connection has.
    std::string new_portal() const;
    /// Where the connection's notifications go.
    void deliver_to(std::shared_ptr<howdah::core::inbox> to) const;
    /// It is closed in front of what is sent next.
    void close_portal(std::string name) const;
    /// What the catalog says of the types of a query's columns is known then.
    void learn_types(std::string query) const;
    static void drive(target t, howdah::core::bulk_call& call);
    /// Has the server parse and describe it.
    std::shared_ptr<const howdah::core::statement_facts> describe(const statement_text& text,
                                                                  std::size_t parameters) const;
};

}  // namespace detail
}  // namespace howdah::blocking
