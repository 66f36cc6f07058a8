#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <string_view>
#include <utility>

#include "howdah/blocking/target.hpp"
#include "howdah/core/copy_handles.hpp"

namespace howdah::blocking {

namespace detail {

/// A call that goes on in steps, with where it runs; let go of with its handle.
template <class Call>
class copying {
public:
    copying(target t, std::unique_ptr<Call> call) noexcept : target_{std::move(t)}, call_{std::move(call)} {}
    copying(copying&&) noexcept = default;
    copying& operator=(copying&&) = delete;
    ~copying() {
        if (call_ != nullptr) target_.let_go(operation());
    }

    /// Submits the call, or lets it go on; throws its failure.
    void advance() {
        auto& op = operation();
        if (!op.done()) return target_.perform(op);
        if (op.failure()) throw error{*op.failure()};
    }
    Call& operator*() const noexcept { return *call_; }
    Call* operator->() const noexcept { return call_.get(); }

private:
    auto& operation() const noexcept {
        if constexpr (requires { call_->call; }) return call_->call;
        else return *call_;
    }

    target target_;
    std::unique_ptr<Call> call_;
};

}  // namespace detail

/// COPY ... FROM STDIN that takes bytes: text or csv, cut anywhere.
///
///     auto in = db.copy_in("copy users from stdin (format csv, header)");
///     while (auto part = read_some(file)) in.write(part);
///     std::uint64_t rows = in.finish();
///
/// It has the connection, or its transaction, to itself until its end. Data that the server does not take is waited
/// for, at most 64 KiB of it. Errors: those of verbs. What the server has against a line comes from a later write() or
/// from finish(), and server()->where names line and column. After an error nothing is stored.
/// Dropped without finish(), it stores nothing, and the connection stays usable. The deadline is for each wait.
class copy_in_stream {
public:
    copy_in_stream(detail::target t, std::unique_ptr<howdah::core::copy_in_call> call) noexcept
        : call_{std::move(t), std::move(call)} {}

    void write(bytes_view data);
    void write(std::string_view data) { write(as_bytes(data)); }
    /// Gives the number of rows that are stored.
    std::uint64_t finish();

private:
    friend struct detail::target;
    detail::copying<howdah::core::copy_in_call> call_;
};

/// COPY into a table from values of T, in binary. As copy_in_stream; also:
/// A row that can't be encoded is an error that names it and its column, and leaves the copy as it was before it.
template <class T>
class copy_in_rows {
public:
    copy_in_rows(detail::target t, std::unique_ptr<howdah::core::row_copy_in<T>> copy)
        : copy_{std::move(t), std::move(copy)} {
        copy_.advance();
        copy_->begin();
    }

    void write(const T& row) {
        if (copy_->append(row)) [[unlikely]]
            copy_.advance();
    }
    /// Each value of a range.
    template <class Range>
    void write_all(const Range& rows) {
        auto next = std::ranges::begin(rows);
        for (const auto last = std::ranges::end(rows); next != last;) {
            copy_->append_some(next, last);
            if (copy_->call.full()) copy_.advance();
        }
    }
    /// Gives the number of rows that are stored.
    std::uint64_t finish() {
        copy_->end();
        copy_.advance();
        return copy_->call.rows_stored();
    }

private:
    detail::copying<howdah::core::row_copy_in<T>> copy_;
};

/// COPY ... TO STDOUT as bytes, in the statement's format, in constant memory. The server waits while nobody reads.
/// Dropped before its end, it is cancelled on the server (inside of a transaction, where that would fail it, read to its
/// end), and the connection stays usable. It has the connection, or its transaction, to itself.
class copy_out_stream {
public:
    copy_out_stream(detail::target t, std::unique_ptr<howdah::core::copy_out_call> call) noexcept
        : call_{std::move(t), std::move(call)} {}

    /// The next chunk, cut anywhere, valid until the next call; empty at the end.
    bytes_view read();
    /// Once read() was empty.
    std::uint64_t rows_copied() const noexcept { return call_->rows_copied(); }

private:
    detail::copying<howdah::core::copy_out_call> call_;
};

/// COPY of a table or a query as values of T. As copy_out_stream.
template <class T>
class copy_out_rows {
public:
    copy_out_rows(detail::target t, std::unique_ptr<howdah::core::row_copy_out<T>> copy) noexcept
        : copy_{std::move(t), std::move(copy)} {}

    /// The next row; nullopt at the end.
    std::optional<T> next() {
        std::optional<T> row{std::in_place};
        while (!copy_->take(*row))
            if (!advance()) return std::nullopt;
        return row;
    }
    /// Calls `f(row)` for each row that is left.
    template <class F>
    void for_each(F f) {
        do copy_->take_all(f);
        while (advance());
    }

private:
    // False: the end.
    bool advance() {
        if (copy_->at_end()) return false;
        copy_.advance();
        return true;
    }

    detail::copying<howdah::core::row_copy_out<T>> copy_;
};

template <class T>
copy_in_rows<T> detail::target::copy_in(const target& t, copy_statement statement) {
    if constexpr (field_encoder<T>::uses_catalog) t.learn_types(statement.columns);
    return {t, std::make_unique<howdah::core::row_copy_in<T>>(std::move(statement))};
}

template <class T>
copy_out_rows<T> detail::target::copy_out(const target& t, copy_statement statement) {
    return {t, std::make_unique<howdah::core::row_copy_out<T>>(std::move(statement))};
}

}  // namespace howdah::blocking
