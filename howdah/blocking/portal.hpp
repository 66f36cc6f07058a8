#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "howdah/blocking/target.hpp"
#include "howdah/core/stream_call.hpp"

namespace howdah::blocking {

/// A statement with its arguments, bound by the server, that gives so many rows as it is asked for. Lives as long as
/// its transaction; when it goes, it is closed in front of what is sent next.
template <class T>
class portal {
public:
    /// Binds it. For transaction::bind().
    portal(detail::target t, std::unique_ptr<howdah::core::open_stream<T>> stream)
        : target_{std::move(t)}, stream_{std::move(stream)} {
        stream_->call().bind_first();
        target_.perform(stream_->call());
    }

    /// The next rows, as many as `most`, or all that are left (0), which are then all in memory. Valid until the next
    /// call.
    row_batch<T> execute(std::uint32_t most) {
        if (complete()) return {};
        if (stream_->call().done()) throw error{*stream_->call().failure()};
        stream_->call().fetch_next(most);
        target_.perform(stream_->call());
        return stream_->rows().batch();
    }
    /// It has given its last row.
    bool complete() const noexcept {
        return stream_ == nullptr || (stream_->call().done() && !stream_->call().failure());
    }
    void close() noexcept { stream_.reset(); }

private:
    detail::target target_;
    std::unique_ptr<howdah::core::open_stream<T>> stream_;
};

}  // namespace howdah::blocking
