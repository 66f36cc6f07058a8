#pragma once
// Several statements in one exchange: one Sync, one round trip, all or nothing.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "howdah/core/operation.hpp"
#include "howdah/core/sinks.hpp"
#include "howdah/core/statement.hpp"

namespace howdah {

namespace core {

/// One statement of a pipeline, with its arguments and a place for its answer.
class step {
public:
    virtual ~step() = default;
    virtual statement& content() noexcept = 0;
    bool answered = false;
    std::optional<error> failure;
};

template <class Sink, class Parameters>
class typed_step final : public step {
public:
    typed_step(const statement_text& text, Parameters parameters)
        : parameters_{std::move(parameters)}, views_{parameters_.views()}, statement_{text, views_, sink_} {}
    statement& content() noexcept override { return statement_; }
    Sink& sink() noexcept { return sink_; }

private:
    Parameters parameters_;
    decltype(std::declval<Parameters&>().views()) views_;
    Sink sink_;
    statement statement_;
};

class pipeline_call;

}  // namespace core

/// A place in a pipeline's answers.
template <class Sink>
struct pipeline_step {
    std::size_t index;
};

/// A batch of statements that go out together and are answered together. The server runs them as one transaction,
/// unless they run inside of one: an error undoes all of them, and those behind it are skipped.
/// Lifetime: arguments are moved or copied in.
class pipeline {
public:
    template <class... P>
    pipeline_step<core::untyped_rows> query(const sql<std::type_identity_t<P>...>& statement, P&&... values) {
        return add<core::untyped_rows>(statement.text(), std::forward<P>(values)...);
    }
    template <class... P>
    pipeline_step<core::no_rows> execute(const sql<std::type_identity_t<P>...>& statement, P&&... values) {
        return add<core::no_rows>(statement.text(), std::forward<P>(values)...);
    }
    template <class T, class... P>
    pipeline_step<core::one_row<T>> fetch_one(const sql<std::type_identity_t<P>...>& statement, P&&... values) {
        return add<core::one_row<T>>(statement.text(), std::forward<P>(values)...);
    }
    template <class T, class... P>
    pipeline_step<core::optional_row<T>> fetch_optional(const sql<std::type_identity_t<P>...>& statement,
                                                        P&&... values) {
        return add<core::optional_row<T>>(statement.text(), std::forward<P>(values)...);
    }
    template <class T, class... P>
    pipeline_step<core::all_rows<T>> fetch_all(const sql<std::type_identity_t<P>...>& statement, P&&... values) {
        return add<core::all_rows<T>>(statement.text(), std::forward<P>(values)...);
    }

    std::size_t size() const noexcept { return steps_.size(); }
    /// The step's own error; null: it succeeded, or the pipeline has not run. Steps behind a failed one say
    /// pipeline_aborted.
    const error* failure(std::size_t index) const noexcept {
        return steps_[index]->failure ? &*steps_[index]->failure : nullptr;
    }
    /// The step's answer, once. Throws its error.
    template <class Sink>
    typename Sink::answer take(pipeline_step<Sink> which) {
        auto& s = *steps_.at(which.index);
        if (s.failure) throw error{*s.failure};
        if (!s.answered)
            throw error{errc::pipeline_aborted, "the pipeline has not run, or the step's answer was taken"};
        s.answered = false;
        return static_cast<sink_holder<Sink>&>(*holders_[which.index]).sink->take();
    }

private:
    friend class core::pipeline_call;

    struct holder {
        virtual ~holder() = default;
    };
    template <class Sink>
    struct sink_holder final : holder {
        explicit sink_holder(Sink& s) : sink{&s} {}
        Sink* sink;
    };

    template <class Sink, class... P>
    pipeline_step<Sink> add(const statement_text& text, P&&... values) {
        auto kept = own_parameters(std::forward<P>(values)...);
        auto made = std::make_unique<core::typed_step<Sink, decltype(kept)>>(text, std::move(kept));
        holders_.push_back(std::make_unique<sink_holder<Sink>>(made->sink()));
        steps_.push_back(std::move(made));
        return {steps_.size() - 1};
    }

    std::vector<std::unique_ptr<core::step>> steps_;
    std::vector<std::unique_ptr<holder>> holders_;
};

namespace core {

/// Runs a pipeline; its failure is that of the first step that failed.
class pipeline_call final : public operation {
public:
    explicit pipeline_call(pipeline& p) noexcept : steps_{p.steps_} {}
    std::string_view text() const noexcept override {
        return steps_.empty() ? std::string_view{} : steps_.front()->content().text().text();
    }

private:
    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine& e, bytes_view frames, std::uint32_t count) override;
    void rejected(engine& e, server_message&& m) override;
    void ready(engine& e) override;

    bool check(engine& e);
    void describe(engine& e);
    void execute(engine& e);
    void end(engine& e);
    void fail_at(std::size_t index, error e);
    void undo_before(std::size_t index);

    std::vector<std::unique_ptr<step>>& steps_;
    std::vector<std::size_t> described_;  // steps that the first exchange describes
    std::size_t at_ = 0;                  // the step whose answer is due
    enum class state : std::uint8_t { fresh, describing, executing } state_ = state::fresh;
};

}  // namespace core
}  // namespace howdah
