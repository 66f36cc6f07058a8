#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/error.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/command_result.hpp"
#include "howdah/sql/data_row.hpp"
#include "howdah/sql/in_place.hpp"
#include "howdah/sql/row_error.hpp"
#include "howdah/types/codec.hpp"

namespace howdah {

/// One field of a row: a view into its result.
class field_view {
public:
    field_view(const column& c, std::size_t position, field content) noexcept
        : column_{&c}, position_{position}, content_{content} {}

    bool is_null() const noexcept { return content_.is_null; }
    const howdah::column& column() const noexcept { return *column_; }
    const field& content() const noexcept { return content_; }

    /// Errors: type_mismatch, unexpected_null, value_out_of_range, invalid_value; each names the column.
    /// A std::string_view or std::span<const std::byte> views the result.
    template <class T>
    T as() const {
        // The common cases, which are a comparison or two.
        if constexpr (in_place::readable_number<T>) {
            if (content_.type == codec<T>::type && content_.format == format::binary &&
                content_.data.size() == static_cast<std::size_t>(fixed_width<T>)) [[likely]]
                return load_fixed<T>(content_.data.data());
        } else if constexpr (std::is_same_v<T, std::string_view>) {
            if (content_.type == oids::text && !content_.is_null) [[likely]]
                return content_.text();
        }
        return decode_by_codec<T>(*column_, position_, content_);
    }

private:
    // By value, so that the common cases need no field in memory.
    template <class T>
    [[gnu::noinline]] static T decode_by_codec(const howdah::column& c, std::size_t position, field content) {
        T out{};
        if (const auto failed = decode(content, out)) throw decode_error(failed, c, position, cpp_type_name<T>());
        return out;
    }

    const howdah::column* column_;
    std::size_t position_;
    field content_;
};

/// One row: a view into its result.
class row_view {
public:
    row_view(std::span<const column> columns, const std::byte* body) noexcept : columns_{columns}, body_{body} {}

    std::size_t size() const noexcept { return columns_.size(); }
    std::span<const column> columns() const noexcept { return columns_; }
    /// Errors: column_not_found, which names the columns there are.
    field_view operator[](std::size_t position) const {
        if (position >= columns_.size()) [[unlikely]]
            throw_no_column(position);
        const auto* at = body_ + data_row::count_size;
        for (std::size_t i = 0; i < position; ++i) at = data_row::next(at);
        return {columns_[position], position, data_row::load(at, columns_[position])};
    }
    field_view operator[](std::string_view name) const;

private:
    [[noreturn]] void throw_no_column(std::size_t position) const;

    std::span<const column> columns_;
    const std::byte* body_;  // of a DataRow that was checked
};

/// Every row of a statement, kept as it came: one buffer and one offset a row.
class result {
public:
    class iterator;

    /// Rows are found by 32-bit offsets.
    static constexpr std::size_t most_bytes = 0xffff'ffff;

    result() = default;
    std::span<const column> columns() const noexcept {
        return columns_ ? std::span<const column>{*columns_} : std::span<const column>{};
    }
    std::size_t size() const noexcept { return offsets_.size(); }
    bool empty() const noexcept { return offsets_.empty(); }
    /// `i` is below size().
    row_view operator[](std::size_t i) const noexcept { return {columns(), rows_.get() + offsets_[i]}; }
    iterator begin() const noexcept;
    iterator end() const noexcept;

    std::uint64_t rows_affected() const noexcept { return done_.rows_affected; }
    std::string_view command_tag() const noexcept { return done_.command_tag; }
    /// Bytes that the rows take.
    std::size_t byte_size() const noexcept { return used_; }

    /// For who fills it: a run of whole DataRow frames, each checked against the columns.
    std::error_code append_rows(bytes_view frames, std::uint32_t count);
    void describe(column_list columns) noexcept { columns_ = std::move(columns); }
    void complete(command_result done) noexcept { done_ = std::move(done); }
    void clear() noexcept;

private:
    struct release {
        void operator()(std::byte* p) const noexcept;
    };

    column_list columns_;
    std::unique_ptr<std::byte[], release> rows_;  // from malloc, because realloc moves large blocks without copying
    std::size_t used_ = 0, capacity_ = 0;
    std::vector<std::uint32_t> offsets_;  // of each row's body
    command_result done_;
};

class result::iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::random_access_iterator_tag;
    using value_type = row_view;
    using difference_type = std::ptrdiff_t;
    using reference = row_view;
    using pointer = void;

    iterator() = default;
    iterator(const result& r, const std::uint32_t* at) noexcept
        : columns_{r.columns()}, rows_{r.rows_.get()}, at_{at} {}

    row_view operator*() const noexcept { return {columns_, rows_ + *at_}; }
    row_view operator[](difference_type n) const noexcept { return *(*this + n); }
    iterator& operator++() noexcept { return *this += 1; }
    iterator operator++(int) noexcept {
        auto old = *this;
        ++*this;
        return old;
    }
    iterator& operator--() noexcept { return *this += -1; }
    iterator operator--(int) noexcept {
        auto old = *this;
        --*this;
        return old;
    }
    iterator& operator+=(difference_type n) noexcept {
        at_ += n;
        return *this;
    }
    iterator& operator-=(difference_type n) noexcept { return *this += -n; }
    friend iterator operator+(iterator i, difference_type n) noexcept { return i += n; }
    friend iterator operator+(difference_type n, iterator i) noexcept { return i += n; }
    friend iterator operator-(iterator i, difference_type n) noexcept { return i -= n; }
    friend difference_type operator-(iterator a, iterator b) noexcept { return a.at_ - b.at_; }
    friend auto operator<=>(iterator a, iterator b) noexcept { return a.at_ <=> b.at_; }
    friend bool operator==(iterator a, iterator b) noexcept { return a.at_ == b.at_; }

private:
    std::span<const column> columns_;
    const std::byte* rows_ = nullptr;
    const std::uint32_t* at_ = nullptr;  // one of the offsets
};

inline result::iterator result::begin() const noexcept { return {*this, offsets_.data()}; }
inline result::iterator result::end() const noexcept { return {*this, offsets_.data() + offsets_.size()}; }

}  // namespace howdah
