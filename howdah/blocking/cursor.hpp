#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "howdah/blocking/target.hpp"
#include "howdah/core/cursor.hpp"

namespace howdah::blocking {

/// A cursor on the server (DECLARE). One of a transaction ends with it; one of a connection is held, with a copy of its
/// rows on the server, until it is closed. When it goes, it is closed in front of what is sent next.
template <class T>
class cursor {
public:
    using rows = typename howdah::core::cursor_rows<T>::answer;

    /// Declares it. For transaction::declare() and connection::declare().
    template <class Parameters>
    cursor(detail::target t, const statement_text& text, Parameters values, scrolling scroll)
        : target_{std::move(t)}, name_{target_.new_portal()} {
        using howdah::core::holding;
        const auto hold = target_.lease == 0 ? holding::until_closed : holding::until_commit;
        (void)detail::target::run<howdah::core::no_rows>(
            target_, howdah::core::declare_statement(name_, text, scroll, hold), std::move(values));
    }
    cursor(cursor&& other) noexcept : target_{std::move(other.target_)}, name_{std::exchange(other.name_, {})} {}
    cursor& operator=(cursor&&) = delete;
    ~cursor() {
        if (!name_.empty()) target_.close_portal(std::move(name_));
    }

    /// The rows on the way: a vector of T, or a result for row_view. Errors: those of decoding, and of going back in a
    /// cursor that does not scroll.
    rows fetch(const cursor_step& where) {
        return detail::target::run<howdah::core::cursor_rows<T>>(target_, howdah::core::fetch_statement(name_, where),
                                                                 keep_parameters());
    }
    /// Goes there, and gives how many rows fetch() would have given.
    std::uint64_t move(const cursor_step& where) {
        return detail::target::run<howdah::core::no_rows>(target_, howdah::core::move_statement(name_, where),
                                                          keep_parameters())
            .rows_affected;
    }
    void close() {
        const auto name = std::exchange(name_, {});
        (void)detail::target::run<howdah::core::no_rows>(target_, howdah::core::close_statement(name),
                                                         keep_parameters());
    }
    /// The server's name for it, as in `where current of`.
    const std::string& name() const noexcept { return name_; }

private:
    detail::target target_;
    std::string name_;  // empty: closed
};

}  // namespace howdah::blocking
