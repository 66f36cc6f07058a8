#pragma once
// The statements of a pipeline, each with its arguments and a place for its answer.

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <optional>
#include <utility>
#include <vector>

#include "howdah/core/row_sink.hpp"
#include "howdah/core/statement.hpp"

namespace howdah::core {

class step {
public:
    step() = default;
    step(const step&) = delete;
    step& operator=(const step&) = delete;
    virtual ~step() = default;
    virtual statement& content() noexcept = 0;
    bool answered = false;
    std::optional<error> failure;
};

/// A step whose answer is Sink's.
template <class Sink>
class step_for : public step {
public:
    Sink& sink() noexcept { return sink_; }

protected:
    /// `setup` is what the sink is made from.
    template <class... Setup>
    explicit step_for(const Setup&... setup) : sink_{setup...} {}

private:
    Sink sink_;
};

template <class Sink, class Parameters>
class typed_step final : public step_for<Sink> {
public:
    template <class... Setup>
    typed_step(const statement_text& text, Parameters parameters, const Setup&... setup)
        : step_for<Sink>{setup...},
          parameters_{std::move(parameters)},
          views_{parameters_.views()},
          statement_{text, views_, this->sink()} {}
    statement& content() noexcept override { return statement_; }

private:
    Parameters parameters_;
    decltype(std::declval<Parameters&>().views()) views_;
    statement statement_;
};

/// Steps in the order in which they run. They lie one behind another in a few blocks of memory, and go all at once.
class step_list {
    struct destroy {
        void operator()(step* s) const noexcept { std::destroy_at(s); }
    };

public:
    step_list() = default;
    step_list(step_list&&) noexcept = default;
    step_list& operator=(step_list&& other) noexcept {
        steps_ = std::move(other.steps_);  // before what they lie in
        memory_ = std::move(other.memory_);
        return *this;
    }
    ~step_list() = default;

    template <class Step, class... A>
    Step& add(A&&... arguments) {
        if (memory_ == nullptr) memory_ = std::make_unique<std::pmr::monotonic_buffer_resource>(first_block);
        auto* const place = static_cast<Step*>(memory_->allocate(sizeof(Step), alignof(Step)));
        std::unique_ptr<Step, destroy> made{std::construct_at(place, std::forward<A>(arguments)...)};
        auto& out = *made;
        steps_.push_back(std::move(made));
        return out;
    }

    bool empty() const noexcept { return steps_.empty(); }
    std::size_t size() const noexcept { return steps_.size(); }
    const auto& operator[](std::size_t i) const noexcept { return steps_[i]; }
    const auto& at(std::size_t i) const { return steps_.at(i); }
    const auto& front() const noexcept { return steps_.front(); }
    auto begin() const noexcept { return steps_.begin(); }
    auto end() const noexcept { return steps_.end(); }

private:
    static constexpr std::size_t first_block = std::size_t{4} << 10;

    std::unique_ptr<std::pmr::monotonic_buffer_resource> memory_;  // outlives what lies in it
    std::vector<std::unique_ptr<step, destroy>> steps_;
};

}  // namespace howdah::core
