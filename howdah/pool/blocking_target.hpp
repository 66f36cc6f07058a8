#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "howdah/blocking/copy.hpp"
#include "howdah/blocking/row_stream.hpp"
#include "howdah/blocking/target.hpp"
#include "howdah/pool/place.hpp"

namespace howdah::blocking::detail {

class pool_core;
class pooled_slot;

/// A caller's hold on a connection of a pool, which must outlive it.
class slot_lease {
public:
    /// Waits for one, up to acquire_timeout or the options' timeout, whichever is shorter.
    slot_lease(pool_core& of, const pooling::place& where, const call_options& o);
    slot_lease(const slot_lease&) = delete;
    slot_lease& operator=(const slot_lease&) = delete;
    ~slot_lease();

    pooled_slot& slot() const noexcept { return *slot_; }
    /// Where its calls go, within what is left of the options' timeout.
    const target& to() const noexcept { return to_; }

private:
    pool_core* pool_;
    pooled_slot* slot_;
    target to_;
};

/// Where a pool's calls go: each to a connection of its own.
struct pool_target {
    static constexpr bool suspends = false;

    pool_core* pool = nullptr;
    call_options options{};

    template <class Sink, class Parameters, class... Setup>
    static typename Sink::answer run(const pool_target& t, const statement_text& text, Parameters values,
                                     const Setup&... setup) {
        const slot_lease held{*t.pool, pooling::place::of(text.text()), t.options};
        return target::run<Sink>(held.to(), text, std::move(values), setup...);
    }
    static void run(const pool_target& t, pipeline& steps);
    static std::vector<result> run(const pool_target& t, const script& statements);
    template <class R, class Rows>
    static howdah::core::bulk_answer<R> bulk(const pool_target& t, bulk_request request,
                                             howdah::core::kept_rows<Rows> rows) {
        const slot_lease held{*t.pool, pooling::place::of(std::string_view{"a bulk call"}), t.options};
        return target::bulk<R, Rows>(held.to(), std::move(request), std::forward<howdah::core::kept_rows<Rows>>(rows));
    }
    /// Acquires nothing yet.
    template <class T, class Parameters>
    static row_stream<T> stream(const pool_target& t, const statement_text& text, Parameters values,
                                const stream_options& options) {
        return target::stream<T>(t.later(text.text()), text, std::move(values), options);
    }
    static copy_in_stream copy_in(const pool_target& t, const statement_text& text);
    template <class T>
    static copy_in_rows<T> copy_in(const pool_target& t, copy_statement statement) {
        const auto to = t.later(statement.copy);
        return target::copy_in<T>(to, std::move(statement));
    }
    static copy_out_stream copy_out(const pool_target& t, const statement_text& text);
    template <class T>
    static copy_out_rows<T> copy_out(const pool_target& t, copy_statement statement) {
        const auto to = t.later(statement.copy);
        return target::copy_out<T>(to, std::move(statement));
    }
    /// Described on one connection, and prepared on each one on which it is run.
    template <class... P>
    static prepared_statement<pool_target, P...> prepare(const pool_target& t, const statement_text& text) {
        const slot_lease held{*t.pool, pooling::place::of(text.text()), t.options};
        return {t, text, held.to().describe(text, sizeof...(P))};
    }

    /// A target that has a connection lent with its first call, and keeps it.
    target later(std::string_view statement) const;
};

}  // namespace howdah::blocking::detail
