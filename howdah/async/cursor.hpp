#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "howdah/async/awaitable.hpp"
#include "howdah/async/target.hpp"
#include "howdah/core/cursor.hpp"

namespace howdah {

/// A cursor on the server (DECLARE). One of a transaction ends with it; one of a connection is held, with a copy of its
/// rows on the server, until it is closed. When it goes, it is closed in front of what is sent next.
template <class T>
class cursor {
public:
    using rows = typename core::cursor_rows<T>::answer;

    /// Declares it. For transaction::declare() and connection::declare().
    template <class Parameters>
    static awaitable<cursor> open(async::target t, statement_text text, Parameters values, scrolling scroll) {
        cursor made{std::move(t)};
        const auto hold = made.target_.lease == 0 ? core::holding::until_closed : core::holding::until_commit;
        (void)co_await async::target::run<core::no_rows>(
            made.target_, core::declare_statement(made.name_, text, scroll, hold), std::move(values));
        co_return made;
    }
    cursor(cursor&& other) noexcept : target_{std::move(other.target_)}, name_{std::exchange(other.name_, {})} {}
    cursor& operator=(cursor&&) = delete;
    ~cursor() {
        if (!name_.empty()) target_.close_portal(std::move(name_));
    }

    /// The rows on the way: a vector of T, or a result for row_view. Errors: those of decoding, and of going back in a
    /// cursor that does not scroll.
    awaitable<rows> fetch(const cursor_step& where) {
        return async::target::run<core::cursor_rows<T>>(target_, core::fetch_statement(name_, where),
                                                        keep_parameters());
    }
    /// Goes there, and gives how many rows fetch() would have given.
    awaitable<std::uint64_t> move(cursor_step where) {
        const auto done =
            co_await async::target::run<core::no_rows>(target_, core::move_statement(name_, where), keep_parameters());
        co_return done.rows_affected;
    }
    awaitable<void> close() {
        const auto name = std::exchange(name_, {});
        (void)co_await async::target::run<core::no_rows>(target_, core::close_statement(name), keep_parameters());
    }
    /// The server's name for it, as in `where current of`.
    const std::string& name() const noexcept { return name_; }

private:
    explicit cursor(async::target t) : target_{std::move(t)}, name_{target_.new_portal()} {}

    async::target target_;
    std::string name_;  // empty: closed
};

}  // namespace howdah
