#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <string_view>
#include <type_traits>
#include <utility>

#include "howdah/async/awaitable.hpp"
#include "howdah/async/target.hpp"
#include "howdah/core/copy_handles.hpp"

namespace howdah {

/// COPY ... FROM STDIN that takes bytes: text or csv, cut anywhere.
///
///     auto in = co_await db.copy_in("copy users from stdin (format csv, header)");
///     while (auto part = read_some(file)) co_await in.write(part);
///     std::uint64_t rows = co_await in.finish();
///
/// It has the connection, or its transaction, to itself until its end. Data that the server does not take is waited
/// for, at most 64 KiB of it. Errors: those of verbs. What the server has against a line comes from a later write() or
/// from finish(), and server()->where names line and column. After an error nothing is stored.
/// Dropped without finish(), it stores nothing, and the connection stays usable. The deadline is for each wait.
/// Lifetime: it must not be moved while one of its calls is awaited, nor outlive its transaction.
class copy_in_stream {
public:
    copy_in_stream(async::target t, std::unique_ptr<core::copy_in_call> call) noexcept
        : target_{std::move(t)}, call_{std::move(call)} {}

    /// `data` must live until it is done.
    awaitable<void> write(bytes_view data);
    awaitable<void> write(std::string_view data) { return write(as_bytes(data)); }
    /// Gives the number of rows that are stored.
    awaitable<std::uint64_t> finish();

private:
    async::target target_;
    std::unique_ptr<core::copy_in_call> call_;
};

namespace async {

/// Submits the call, or lets it go on; throws its failure.
awaitable<void> advance(target& t, howdah::core::operation& call);

}  // namespace async

/// COPY into a table from values of T, in binary. As copy_in_stream; also:
/// A row that can't be encoded is an error that names it and its column, and leaves the copy as it was before it.
template <class T>
class copy_in_rows {
public:
    copy_in_rows(async::target t, std::unique_ptr<core::row_copy_in<T>> copy) noexcept
        : target_{std::move(t)}, copy_{std::move(copy)} {}

    /// The row is encoded by the call itself: it need not live on.
    template <class Row>
        requires std::same_as<std::remove_cvref_t<Row>, T>
    awaitable<void> write(Row&& row) {
        core::refuse_what_gcc12_breaks<Row>();
        return flush(copy_->append(row));
    }
    /// Each value of a range, which must live until it is done.
    template <class Range>
    awaitable<void> write_all(Range&& rows) {
        core::refuse_what_gcc12_breaks<Range>();
        return write_each(rows);
    }
    /// Gives the number of rows that are stored.
    awaitable<std::uint64_t> finish() {
        copy_->end();
        co_await async::advance(target_, copy_->call);
        co_return copy_->call.rows_stored();
    }

private:
    awaitable<void> flush(bool full) {
        if (full) co_await async::advance(target_, copy_->call);
    }
    template <class Range>
    awaitable<void> write_each(const Range& rows) {
        auto next = std::ranges::begin(rows);
        for (const auto last = std::ranges::end(rows); next != last;) {
            copy_->append_some(next, last);
            if (copy_->call.full()) co_await async::advance(target_, copy_->call);
        }
    }

    async::target target_;
    std::unique_ptr<core::row_copy_in<T>> copy_;
};

/// COPY ... TO STDOUT as bytes, in the statement's format, in constant memory. The server waits while nobody reads.
/// Dropped before its end, it is cancelled on the server (inside of a transaction, where that would fail it, read to its
/// end), and the connection stays usable. It has the connection, or its transaction, to itself.
class copy_out_stream {
public:
    copy_out_stream(async::target t, std::unique_ptr<core::copy_out_call> call) noexcept
        : target_{std::move(t)}, call_{std::move(call)} {}

    /// The next chunk, cut anywhere, valid until the next call; empty at the end.
    awaitable<bytes_view> read();
    /// Once read() was empty.
    std::uint64_t rows_copied() const noexcept { return call_->rows_copied(); }

private:
    async::target target_;
    std::unique_ptr<core::copy_out_call> call_;
};

/// COPY of a table or a query as values of T. As copy_out_stream.
template <class T>
class copy_out_rows {
public:
    copy_out_rows(async::target t, std::unique_ptr<core::row_copy_out<T>> copy) noexcept
        : target_{std::move(t)}, copy_{std::move(copy)} {}

    /// The next row; nullopt at the end.
    awaitable<std::optional<T>> next() {
        std::optional<T> row{std::in_place};
        while (!copy_->take(*row)) {
            if (copy_->at_end()) co_return std::nullopt;
            co_await async::advance(target_, copy_->call);
        }
        co_return row;
    }
    /// Calls `f(row)` for each row that is left.
    template <class F>
    awaitable<void> for_each(F f) {
        for (;;) {
            copy_->take_all(f);
            if (copy_->at_end()) co_return;
            co_await async::advance(target_, copy_->call);
        }
    }

private:
    async::target target_;
    std::unique_ptr<core::row_copy_out<T>> copy_;
};

template <class T>
awaitable<copy_in_rows<T>> async::target::copy_in(target t, copy_statement statement) {
    if constexpr (field_encoder<T>::uses_catalog) co_await learn_types(t, statement.columns);
    auto copy = std::make_unique<howdah::core::row_copy_in<T>>(std::move(statement));
    co_await async::advance(t, copy->call);
    copy->begin();
    co_return copy_in_rows<T>{std::move(t), std::move(copy)};
}

template <class T>
copy_out_rows<T> async::target::copy_out(target t, copy_statement statement) {
    return {std::move(t), std::make_unique<howdah::core::row_copy_out<T>>(std::move(statement))};
}

}  // namespace howdah
