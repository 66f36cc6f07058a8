#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "howdah/async/awaitable.hpp"
#include "howdah/async/target.hpp"
#include "howdah/core/stream_call.hpp"

namespace howdah {

/// A statement with its arguments, bound by the server, that gives so many rows as it is asked for. Lives as long as
/// its transaction; when it goes, it is closed in front of what is sent next.
template <class T>
class portal {
public:
    /// Binds it. For transaction::bind().
    static awaitable<portal> open(async::target t, std::unique_ptr<core::open_stream<T>> stream) {
        stream->call().bind_first();
        portal made{std::move(t), std::move(stream)};
        co_await made.go_on();
        co_return made;
    }

    /// The next rows, as many as `most`, or all that are left (0), which are then all in memory. Valid until the next
    /// call.
    awaitable<row_batch<T>> execute(std::uint32_t most) {
        if (complete()) co_return row_batch<T>{};
        if (stream_->call().done()) async::target::rethrow(stream_->call());
        stream_->call().fetch_next(most);
        co_await go_on();
        co_return stream_->rows().batch();
    }
    /// It has given its last row.
    bool complete() const noexcept {
        return stream_ == nullptr || (stream_->call().done() && !stream_->call().failure());
    }
    void close() noexcept { stream_.reset(); }

private:
    portal(async::target t, std::unique_ptr<core::open_stream<T>> stream) noexcept
        : target_{std::move(t)}, stream_{std::move(stream)} {}

    awaitable<void> go_on() {
        async::waiter w;
        co_await target_.perform(stream_->call(), w);
        async::target::rethrow(stream_->call());
    }

    async::target target_;
    std::unique_ptr<core::open_stream<T>> stream_;
};

}  // namespace howdah
