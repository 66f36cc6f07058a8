#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <utility>

#include "howdah/async/async.hpp"
#include "howdah/async/statement_frame.hpp"
#include "howdah/async/waiter.hpp"
#include "howdah/pool/ticket.hpp"

namespace howdah::pooling {

class shard;
class pooled;

/// A connection of a pool, and whoever has it; it goes back when this goes.
class loan {
public:
    loan() = default;
    loan(std::shared_ptr<shard> from, pooled& what) noexcept : from_{std::move(from)}, slot_{&what} {}
    loan(loan&& other) noexcept : from_{std::move(other.from_)}, slot_{std::exchange(other.slot_, nullptr)} {}
    loan& operator=(loan&& other) noexcept {
        std::swap(from_, other.from_);
        std::swap(slot_, other.slot_);
        return *this;
    }
    ~loan();

    explicit operator bool() const noexcept { return slot_ != nullptr; }
    howdah::connection& connection() const noexcept;

private:
    std::shared_ptr<shard> from_;
    pooled* slot_ = nullptr;
};

/// A caller of a pool and its connection, from its question until the connection goes back: in the frame of its
/// coroutine, in front of what it does with it. Asio recycles frames of up to 1,020 bytes: it has to be small.
class borrowing {
public:
    /// It has a connection at once, or is refused at once, or waits: for `longest` or acquire_timeout, whichever ends first.
    borrowing(std::shared_ptr<shard> from, place where, clock::duration longest);
    borrowing(const borrowing&) = delete;
    borrowing& operator=(const borrowing&) = delete;
    ~borrowing();

    bool waits() const noexcept { return ticket_.state() == ticket::state::waiting; }
    /// Until it has one, or is refused.
    awaitable<void> wait();
    /// It has been answered. Throws, if it was refused.
    void confirm();
    /// The same, and what it has is somebody else's to give back.
    loan take();
    howdah::connection& connection() const noexcept;
    /// Runs `op` there, in what is left of a call's time. As async::target::perform().
    awaitable<void> perform(core::operation& op, const core::call_options& options);
    async::target target(const core::call_options& options) const;

    struct statement_ends {
        void operator()(async::statement_frame* s) const noexcept { std::destroy_at(s); }
    };
    using statement = std::unique_ptr<async::statement_frame, statement_ends>;
    /// A call of its connection, where its room is: it would make the coroutine's frame too large. One at a time, and gone
    /// before this.
    statement call(const statement_text& text, std::span<const parameter_view> values, core::row_sink& rows) const;

private:
    pooled& lent() const noexcept;
    void tell();
    core::call_options left_of(const core::call_options& options) const;

    std::shared_ptr<shard> from_;
    ticket ticket_;
    enum class state : std::uint8_t { asking, lent, taken } state_ = state::asking;
    bool waited_ = false;
    core::acquire_time told_{};  // how long, where somebody wants to know
    async::waiter waiter_;       // for a connection, then for an answer
};

}  // namespace howdah::pooling
