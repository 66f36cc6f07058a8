#pragma once
// Several statements that go out together: one round trip, and between two Syncs all or nothing.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "howdah/core/operation.hpp"
#include "howdah/core/sinks.hpp"
#include "howdah/core/statement.hpp"
#include "howdah/core/steps.hpp"
#include "howdah/core/type_lookup.hpp"

namespace howdah {

namespace core {

class pipeline_call;

}  // namespace core

/// A place in a pipeline's answers.
template <class Sink>
struct pipeline_step {
    std::size_t index;
};

/// A batch of statements that go out together and are answered together. The server runs them as one transaction,
/// unless they run inside of one: an error undoes all of them, and those behind it are skipped. With sync() it is one
/// transaction from one sync to the next: an error in one leaves the others be.
/// It may be of any size: no more than pipeline_bytes of it are on their way at once.
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

    /// What follows is a transaction of its own, and run whatever becomes of what stands before.
    void sync() {
        if (steps_.size() != (syncs_.empty() ? 0 : syncs_.back())) syncs_.push_back(steps_.size());
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
        return static_cast<core::step_for<Sink>&>(s).sink().take();
    }

private:
    friend class core::pipeline_call;

    template <class Sink, class... P>
    pipeline_step<Sink> add(const statement_text& text, P&&... values) {
        auto kept = own_parameters(std::forward<P>(values)...);
        steps_.add<core::typed_step<Sink, decltype(kept)>>(text, std::move(kept));
        return {steps_.size() - 1};
    }

    core::step_list steps_;
    std::vector<std::size_t> syncs_;  // each the number of steps in front of it
};

namespace core {

/// Runs a pipeline; its failure is that of the first step that failed.
///
/// A part is what one Sync ends. Parts are sent until as much is on its way as may be; the rest follows when that is
/// answered. A part that is longer is left open with a Flush meanwhile; given up there, it is made to fail, because its
/// Sync would commit a half.
class pipeline_call final : public operation {
public:
    enum class purpose : std::uint8_t {
        run,
        prepare,  // each step is parsed and described, and none executed
    };
    explicit pipeline_call(pipeline& p) noexcept : pipeline_call{p.steps_, p.syncs_} {}
    /// Each of `syncs` is the number of steps in front of it. Both are referred to.
    pipeline_call(step_list& steps, const std::vector<std::size_t>& syncs, enum purpose why = purpose::run) noexcept;
    ~pipeline_call() override;
    std::string_view text() const noexcept override {
        return steps_.empty() ? std::string_view{} : steps_.front()->content().text().text();
    }
    std::size_t statements() const noexcept override { return steps_.size(); }
    watched_statement statement_at(std::size_t i) const noexcept override {
        const auto& content = steps_[i]->content();
        return {.text = content.text().text(), .parameters = content.parameters()};
    }
    /// How many steps were written, whatever became of them.
    std::size_t written() const noexcept { return written_; }

private:
    enum class state : std::uint8_t { fresh, describing, executing };

    void advance(engine& e) override;
    std::error_code message(engine& e, char tag, bytes_view body) override;
    std::error_code rows(engine& e, bytes_view frames, std::uint32_t count) override;
    void rejected(engine& e, server_message&& m) override;
    void ready(engine& e) override;
    on_abandon leave(engine& e) override;
    bool may_be_resent() const noexcept override { return sharing == core::sharing::shared && !stopped_; }
    void interrupted(engine& e) override;
    void restart() noexcept override;
    void concluded() override;

    // What is only prepared keeps the name under which all calls use it.
    const statement_comment* said() const noexcept { return purpose_ == purpose::run ? comment() : nullptr; }
    void begin_anew() noexcept;
    bool check(engine& e);
    bool describe(engine& e);
    template <class Needs>
    bool begin_lookup(Needs&& needs);
    void look_up(engine& e);
    void looked_up(engine& e);
    bool holds_rows() const noexcept;
    void execute(engine& e);
    std::size_t write_part(engine& e, std::size_t room);
    void give_up_part(engine& e);
    void end_part(engine& e);
    void described_ready(engine& e);
    void out_of_time();
    void end(engine& e);
    std::size_t part_end(std::size_t step) const noexcept;
    void fail_at(std::size_t index, error e);
    void abort(std::size_t from, std::size_t to, const char* why);

    step_list& steps_;
    const std::vector<std::size_t>& syncs_;
    enum purpose purpose_;
    std::vector<std::size_t> described_;  // steps that the exchange in flight describes
    std::size_t to_describe_ = 0;         // the next to be looked at
    std::size_t at_ = 0;                  // the step whose answer is due; of described_ while describing
    std::size_t part_ = 0;                // the first step of its part
    std::size_t written_ = 0;
    bool open_ = false;         // the last part that was written lacks its end
    bool part_failed_ = false;  // that of at_
    bool stopped_ = false;      // no more is written
    state state_ = state::fresh;
    std::unique_ptr<type_lookup> lookup_;
};

}  // namespace core
}  // namespace howdah
