#pragma once
// A part of a stream's rows, decoded as they are looked at.

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <span>

#include "howdah/sql/result.hpp"
#include "howdah/sql/row.hpp"

namespace howdah {

/// What reads a stream's rows as T; as row_view they stay as they came.
template <class T>
class row_reader {
public:
    static constexpr bool needs_description = row_decoder<T>::needs_description;
    static constexpr bool uses_catalog = row_decoder<T>::uses_catalog;
    static std::span<const format> first_formats() noexcept {
        static constexpr auto& formats = row_decoder<T>::formats;
        return std::span<const format>{formats}.first(row_decoder<T>::uniform ? 1 : formats.size());
    }
    static const void* chooser() noexcept { return &row_decoder<T>::formats; }
    void choose_formats(std::span<const column> columns, std::span<format> out) {
        decoder_.choose_formats(columns, out);
    }
    std::optional<error> describe(const column_list& columns) {
        columns_ = columns;
        return decoder_.describe(*columns_);
    }
    /// decode() sees by itself what is not as described.
    bool sound(bytes_view, std::uint32_t) const noexcept { return true; }
    /// Errors: those of decoding, which name the column.
    T read(bytes_view body) const {
        T out{};
        std::size_t column = 0;
        if (const auto failed = decoder_.decode(body, out, column)) {
            if (failed == errc::protocol_violation)
                throw error{errc::protocol_violation, "a row is not of the described shape", fate::executed};
            throw decoder_.value_error(failed, column);
        }
        return out;
    }

private:
    column_list columns_;
    row_decoder<T> decoder_;
};

template <>
class row_reader<row_view> {
public:
    static constexpr bool needs_description = true;
    static constexpr bool uses_catalog = true;
    static std::span<const format> first_formats() noexcept { return {}; }
    static const void* chooser() noexcept { return nullptr; }
    static void choose_formats(std::span<const column> columns, std::span<format> out);
    std::optional<error> describe(const column_list& columns) {
        columns_ = columns;
        return std::nullopt;
    }
    /// Every row has its columns, each inside of it.
    bool sound(bytes_view frames, std::uint32_t count) const noexcept;
    row_view read(bytes_view body) const noexcept { return {*columns_, body.data()}; }

private:
    column_list columns_;
};

/// Rows that have come: a view, valid until the stream is asked for more. Each is decoded when it is looked at, so a
/// member may view the row too (std::string_view), as long as the batch is valid.
template <class T>
class row_batch {
public:
    class iterator;

    row_batch() = default;
    row_batch(const row_reader<T>& reader, bytes_view frames, std::size_t count) noexcept
        : reader_{&reader}, at_{frames.data()}, count_{count} {}

    std::size_t size() const noexcept { return count_; }
    bool empty() const noexcept { return count_ == 0; }
    /// False at the end of the stream.
    explicit operator bool() const noexcept { return count_ != 0; }
    iterator begin() const noexcept { return {reader_, at_, count_}; }
    std::default_sentinel_t end() const noexcept { return {}; }

    /// The first row, which leaves the batch. Not of an empty one.
    T take() {
        auto i = begin();
        at_ += data_row::split(at_).size;
        --count_;
        return *i;
    }

private:
    const row_reader<T>* reader_ = nullptr;
    const std::byte* at_ = nullptr;  // a whole DataRow frame
    std::size_t count_ = 0;
};

/// Gives rows by value, each time anew.
template <class T>
class row_batch<T>::iterator {
public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;

    iterator() = default;
    iterator(const row_reader<T>* reader, const std::byte* at, std::size_t left) noexcept
        : reader_{reader}, at_{at}, left_{left} {}

    T operator*() const { return reader_->read(data_row::split(at_).body); }
    iterator& operator++() noexcept {
        at_ += data_row::split(at_).size;
        --left_;
        return *this;
    }
    void operator++(int) noexcept { ++*this; }
    friend bool operator==(const iterator& i, std::default_sentinel_t) noexcept { return i.left_ == 0; }

private:
    const row_reader<T>* reader_ = nullptr;
    const std::byte* at_ = nullptr;
    std::size_t left_ = 0;
};

}  // namespace howdah
