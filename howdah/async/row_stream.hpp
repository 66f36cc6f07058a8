#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "howdah/async/awaitable.hpp"
#include "howdah/async/target.hpp"
#include "howdah/core/stream_call.hpp"

namespace howdah {

/// A statement's rows as they come, in constant memory. It is sent when the first of them are asked for.
///
///     auto users = db.stream<user>("select id, name, email from users");
///     while (auto batch = co_await users.next_batch())
///         for (const user& u : batch) ...
///
/// Outside of a transaction it has the connection to itself until its end; inside, see stream_options.
/// Errors: as verbs; the deadline is for each wait of its own.
/// Leaving it early, by a drop too, ends it as stream_options::when_abandoned says; the connection stays usable.
/// Lifetime: it must not be moved while one of its calls is awaited, nor outlive its transaction.
template <class T>
class row_stream {
public:
    row_stream(async::target t, std::unique_ptr<core::open_stream<T>> stream) noexcept
        : target_{std::move(t)}, stream_{std::move(stream)} {}

    /// The next rows, at least one; none at the end. They are valid until the next call, or until what it was opened in
    /// is rolled back.
    awaitable<row_batch<T>> next_batch() {
        batch_ = {};
        auto& call = stream_->call();
        if (!call.done()) {
            if (target_.core == nullptr) co_await target_.find_connection();
            async::waiter w;
            co_await target_.perform(call, w);
            async::target::rethrow(call);
            co_return stream_->rows().batch();
        }
        async::target::rethrow(call);
        co_return row_batch<T>{};
    }
    /// The next row; nullopt at the end. What it views is valid until the next call.
    awaitable<std::optional<T>> next() {
        if (!has_row()) {
            const auto more = co_await next_batch();
            batch_ = more;
        }
        if (batch_.empty()) co_return std::nullopt;
        co_return batch_.take();
    }
    /// Calls `f(row)` for each row that is left.
    template <class F>
    awaitable<void> for_each(F f) {
        while (has_row()) f(batch_.take());
        while (const auto batch = co_await next_batch())
            for (auto&& row : batch) f(std::forward<decltype(row)>(row));
    }

private:
    // Where it was read other things may stand, once it has ended without being asked: by a rollback, or a lost connection.
    bool has_row() noexcept {
        if (stream_->call().failure()) batch_ = {};
        return !batch_.empty();
    }

    async::target target_;
    std::unique_ptr<core::open_stream<T>> stream_;
    row_batch<T> batch_;  // what next() has not given yet
};

template <class T, class Parameters>
row_stream<T> async::target::stream(target t, const statement_text& text, Parameters values,
                                    const stream_options& options) {
    return {std::move(t),
            std::make_unique<howdah::core::open_stream_with<T, Parameters>>(text, std::move(values), options)};
}

}  // namespace howdah
