#pragma once

#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "howdah/blocking/target.hpp"
#include "howdah/core/stream_call.hpp"

namespace howdah::blocking {

/// A statement's rows as they come, in constant memory. It is sent when the first of them are asked for.
///
///     for (const user& u : db.stream<user>("select id, name, email from users")) ...
///
/// Outside of a transaction it has the connection to itself until its end; inside, see stream_options.
/// Errors: as verbs; the deadline is for each wait of its own.
/// Leaving it early, by a break too, ends it as stream_options::when_abandoned says; the connection stays usable.
/// Where that is a cancel, the destructor sends it, and waits for it as long as cancel_grace at most.
template <class T>
class row_stream {
public:
    class iterator;

    row_stream(detail::target t, std::unique_ptr<howdah::core::open_stream<T>> stream) noexcept
        : target_{std::move(t)}, stream_{std::move(stream)} {}
    row_stream(row_stream&&) noexcept = default;
    row_stream& operator=(row_stream&&) = delete;
    ~row_stream() {
        if (stream_ != nullptr) target_.let_go(stream_->call());
    }

    /// The next rows, at least one; none at the end. They are valid until the next call, or until what it was opened in
    /// is rolled back.
    row_batch<T> next_batch() {
        batch_ = {};
        auto& call = stream_->call();
        if (!call.done()) {
            target_.perform(call);
            return stream_->rows().batch();
        }
        if (call.failure()) throw error{*call.failure()};
        return {};
    }
    /// The next row; nullopt at the end. What it views is valid until the next call.
    std::optional<T> next() {
        if (!has_row()) batch_ = next_batch();
        if (batch_.empty()) return std::nullopt;
        return batch_.take();
    }
    /// Calls `f(row)` for each row that is left.
    template <class F>
    void for_each(F f) {
        for (auto&& row : *this) f(std::forward<decltype(row)>(row));
    }
    /// An input range of the rows that are left.
    iterator begin() { return iterator{*this}; }
    std::default_sentinel_t end() const noexcept { return {}; }

private:
    // Where it was read other things may stand, once it has ended without being asked: by a rollback, or a lost connection.
    bool has_row() noexcept {
        if (stream_->call().failure()) batch_ = {};
        return !batch_.empty();
    }

    detail::target target_;
    std::unique_ptr<howdah::core::open_stream<T>> stream_;
    row_batch<T> batch_;  // what next() has not given yet
};

template <class T>
class row_stream<T>::iterator {
public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;

    explicit iterator(row_stream& of) : of_{&of}, row_{of.next()} {}
    const T& operator*() const noexcept { return *row_; }
    iterator& operator++() {
        // Not by assignment: a row may be of a type that can't be assigned.
        if (auto next = of_->next()) {
            row_.emplace(std::move(*next));
        } else {
            row_.reset();
        }
        return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& i, std::default_sentinel_t) noexcept { return !i.row_; }

private:
    row_stream* of_;
    std::optional<T> row_;
};

template <class T, class Parameters>
row_stream<T> detail::target::stream(const target& t, const statement_text& text, Parameters values,
                                     const stream_options& options) {
    return {t, std::make_unique<howdah::core::open_stream_with<T, Parameters>>(text, std::move(values), options)};
}

}  // namespace howdah::blocking
