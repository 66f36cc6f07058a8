#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "howdah/cluster/destination.hpp"
#include "howdah/pool/blocking_pool.hpp"

namespace howdah::blocking::detail {

class cluster_core;

/// Where a cluster's calls go, and how.
struct cluster_target {
    static constexpr bool suspends = false;

    cluster_core* cluster = nullptr;
    call_options options{};
    clustering::itinerary by{};

    template <class Sink, class Parameters, class... Setup>
    static typename Sink::answer run(const cluster_target& t, const statement_text& text, Parameters values,
                                     const Setup&... setup);
    static void run(const cluster_target& t, pipeline& steps);
    static std::vector<result> run(const cluster_target& t, const script& statements);
    /// It waits for a primary, and is run once: its rows are moved into it.
    template <class R, class Rows>
    static howdah::core::bulk_answer<R> bulk(const cluster_target& t, bulk_request request,
                                             howdah::core::kept_rows<Rows> rows);
    /// Acquires nothing yet.
    template <class T, class Parameters>
    static row_stream<T> stream(const cluster_target& t, const statement_text& text, Parameters values,
                                const stream_options& options) {
        return target::stream<T>(t.later(text.text(), t.kind_of(text)), text, std::move(values), options);
    }
    static copy_in_stream copy_in(const cluster_target& t, const statement_text& text);
    template <class T>
    static copy_in_rows<T> copy_in(const cluster_target& t, copy_statement statement) {
        const auto to = t.later(statement.copy, t.by.kind_of_others());
        return target::copy_in<T>(to, std::move(statement));
    }
    static copy_out_stream copy_out(const cluster_target& t, const statement_text& text);
    template <class T>
    static copy_out_rows<T> copy_out(const cluster_target& t, copy_statement statement) {
        const auto to = t.later(statement.copy, t.by.kind_of_others());
        return target::copy_out<T>(to, std::move(statement));
    }
    /// Described on one node; each run takes its own.
    template <class... P>
    static prepared_statement<cluster_target, P...> prepare(const cluster_target& t, const statement_text& text) {
        return {t, text, describe(t, text, sizeof...(P))};
    }

    clustering::routed_call::kind kind_of(const statement_text& text) const noexcept;

private:
    target later(std::string_view what, clustering::routed_call::kind kind) const;
    static std::shared_ptr<const howdah::core::statement_facts> describe(const cluster_target& t,
                                                                         const statement_text& text,
                                                                         std::size_t parameters);
};

/// A call of a cluster for threads: on the stack of its caller.
class crossing : public clustering::crossing_base {
public:
    crossing(const cluster_target& t, clustering::routed_call::kind kind, std::string_view what);
    ~crossing() = default;

    /// Until it has a node. Throws, if there will be none.
    void find();
    blocking::pool& pool() const;
    /// What the call has left of its time.
    call_options options() const;
    /// The pool's, with these.
    pool_target to() const;
    /// Runs any call there; ask it for its failure.
    void perform(howdah::core::operation& call, std::string_view what) const;
    /// Runs `work`, which gives what a call gives, on one node after another. It calls find() first.
    template <class Work>
    auto each(Work work) {
        for (;;) {
            find();
            try {
                if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
                    work();
                    return succeeded();
                } else {
                    auto answer = work();
                    succeeded();
                    return answer;
                }
            } catch (const error& e) {
                failed(e);
            }
        }
    }
    /// Runs it on the first node that there is, and on no other.
    template <class Work>
    auto once(Work work) {
        find();
        try {
            auto answer = work();
            succeeded();
            return answer;
        } catch (const error& e) {
            ended(e);
            throw;
        }
    }

private:
    const cluster_target& target_;
};

template <class Sink, class Parameters, class... Setup>
typename Sink::answer cluster_target::run(const cluster_target& t, const statement_text& text, Parameters values,
                                          const Setup&... setup) {
    using clustering::session_question, clustering::borrowed_parameters;
    crossing c{t, t.kind_of(text), text.text()};
    return c.each([&]() -> typename Sink::answer {
        const auto question = c.question();
        if (question == session_question::none) {
            return pool_target::run<Sink>(c.to(), text, borrowed_parameters<Parameters>{&values}, setup...);
        }
        clustering::session_steps steps{question, c.past()};
        auto& sink = steps.template add<Sink>(text, values, setup...);
        c.perform(steps.call(), text.text());
        const auto where = steps.conclude();
        if (question == session_question::position) c.wrote(where);
        return sink.take();
    });
}

template <class R, class Rows>
howdah::core::bulk_answer<R> cluster_target::bulk(const cluster_target& t, bulk_request request,
                                                  howdah::core::kept_rows<Rows> rows) {
    crossing c{t, t.by.kind_of_others(), "a bulk call"};
    return c.once([&]() -> howdah::core::bulk_answer<R> {
        c.wrote(std::nullopt);
        return pool_target::bulk<R, Rows>(c.to(), std::move(request),
                                          std::forward<howdah::core::kept_rows<Rows>>(rows));
    });
}

}  // namespace howdah::blocking::detail
