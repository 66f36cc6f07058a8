#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <cstdint>
#include <optional>

#include "howdah/base/error.hpp"
#include "howdah/pool/place.hpp"
#include "howdah/pool/slot.hpp"

namespace howdah::pooling {

/// A caller's turn: lives in its frame. Whoever destroys one that waits, or whose end nobody was told of, calls
/// policy::withdraw() first.
class ticket : public boost::intrusive::list_base_hook<> {
public:
    enum class state : std::uint8_t { idle, waiting, granted, refused };

    /// `strand` stands for the thread or strand that asks: two with the same wait for each other.
    ticket(place where, const void* strand) noexcept : where_{where}, strand_{strand} {}
    ticket(const ticket&) = delete;
    ticket& operator=(const ticket&) = delete;
    ~ticket() = default;

    enum state state() const noexcept { return state_; }
    bool done() const noexcept { return state_ == state::granted || state_ == state::refused; }
    /// Once it is granted.
    slot& granted() const noexcept { return *slot_; }
    /// Once it is refused.
    const error& failure() const noexcept { return *failure_; }
    const place& where() const noexcept { return where_; }
    /// When it was asked for.
    clock::time_point since() const noexcept { return since_; }

    void* waiter = nullptr;  // the shell's: who is to be told

private:
    friend class policy;

    place where_;
    const void* strand_;
    enum state state_ = state::idle;
    std::uint32_t failures_seen_ = 0;
    bool slow_told_ = false;
    clock::time_point since_{}, deadline_ = clock::time_point::max();
    slot* slot_ = nullptr;
    std::optional<error> failure_;
};

}  // namespace howdah::pooling
