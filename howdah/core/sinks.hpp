#pragma once
// What the verbs make of rows. Each is a row_sink with take(), which gives the verb's answer.

#include <optional>
#include <utility>
#include <vector>

#include "howdah/core/row_sink.hpp"
#include "howdah/sql/result.hpp"
#include "howdah/sql/row.hpp"

namespace howdah::core {

/// `execute`: rows are not wanted.
class no_rows final : public row_sink {
public:
    using answer = command_result;
    answer take() { return std::move(done_); }

    bool needs_description() const noexcept override { return false; }
    std::span<const format> first_formats() const noexcept override { return {}; }
    const void* chooser() const noexcept override;
    void choose_formats(std::span<const column>, std::span<format> out) override;
    std::optional<error> describe(const column_list&) override { return std::nullopt; }
    std::error_code rows(bytes_view, std::uint32_t) override { return {}; }
    bool satisfied() const noexcept override { return true; }
    void complete(command_result&& done) override { done_ = std::move(done); }
    void clear() noexcept override {}

private:
    command_result done_;
};

/// `query`: the rows as they come, in binary where the column's type is built in.
class untyped_rows final : public row_sink {
public:
    using answer = result;
    answer take() { return std::move(result_); }

    bool needs_description() const noexcept override { return true; }
    bool uses_catalog() const noexcept override { return true; }
    std::span<const format> first_formats() const noexcept override { return {}; }
    void choose_formats(std::span<const column> columns, std::span<format> out) override;
    std::optional<error> describe(const column_list& columns) override;
    std::error_code rows(bytes_view frames, std::uint32_t count) override { return result_.append_rows(frames, count); }
    void complete(command_result&& done) override { result_.complete(std::move(done)); }
    void clear() noexcept override { result_.clear(); }

private:
    result result_;
};

/// What all typed sinks share: rows are decoded straight from the read buffer.
template <class T>
class typed_rows : public row_sink {
    static_assert(!row_decoder<T>::borrows,
                  "howdah: this row would view a buffer that is gone when the call returns: use std::string instead of "
                  "std::string_view, std::vector<std::byte> instead of a span, or query(), whose result owns its rows");

public:
    bool needs_description() const noexcept final { return row_decoder<T>::needs_description; }
    bool uses_catalog() const noexcept final { return row_decoder<T>::uses_catalog; }
    std::span<const format> first_formats() const noexcept final {
        static constexpr auto& formats = row_decoder<T>::formats;
        return std::span<const format>{formats}.first(row_decoder<T>::uniform ? 1 : formats.size());
    }
    const void* chooser() const noexcept final { return &row_decoder<T>::formats; }
    void choose_formats(std::span<const column> columns, std::span<format> out) final {
        decoder_.choose_formats(columns, out);
    }
    std::optional<error> describe(const column_list& columns) final {
        columns_ = columns;
        return decoder_.describe(*columns_);
    }
    std::error_code rows(bytes_view frames, std::uint32_t count) final {
        const auto* at = frames.data();
        for (std::uint32_t i = 0; i < count && !failure_; ++i) {
            const auto row = data_row::split(at);
            at += row.size;
            T* const place = next_place();
            if (place == nullptr) break;
            std::size_t column = 0;
            const auto failed = decoder_.decode(row.body, *place, column);
            if (failed == errc::protocol_violation) return failed;
            if (failed) failure_.emplace(decoder_.value_error(failed, column));
        }
        return {};
    }
    bool satisfied() const noexcept final { return failure_.has_value(); }
    void complete(command_result&&) final {}
    std::optional<error> finish() final { return failure_ ? failure_ : count_error(); }
    void clear() noexcept final {
        failure_.reset();
        drop_rows();
    }

protected:
    /// Where the next row goes; null: it is not wanted.
    virtual T* next_place() = 0;
    virtual std::optional<error> count_error() { return std::nullopt; }
    virtual void drop_rows() noexcept = 0;

private:
    column_list columns_;
    row_decoder<T> decoder_;
    std::optional<error> failure_;
};

/// `fetch_all`.
template <class T>
class all_rows final : public typed_rows<T> {
public:
    using answer = std::vector<T>;
    answer take() { return std::move(rows_); }

private:
    T* next_place() override { return &rows_.emplace_back(); }
    void drop_rows() noexcept override { rows_.clear(); }

    std::vector<T> rows_;
};

error no_row_error();
error too_many_rows_error(const char* most, std::size_t found);

/// `fetch_optional`.
template <class T>
class optional_row : public typed_rows<T> {
public:
    using answer = std::optional<T>;
    answer take() { return std::move(row_); }

protected:
    T* next_place() final {
        ++count_;
        return count_ == 1 ? &row_.emplace() : nullptr;
    }
    std::optional<error> count_error() override {
        if (count_ > 1) return too_many_rows_error("at most one row", count_);
        return std::nullopt;
    }
    void drop_rows() noexcept final {
        row_.reset();
        count_ = 0;
    }

    std::optional<T> row_;
    std::size_t count_ = 0;
};

/// `fetch_one`.
template <class T>
class one_row final : public optional_row<T> {
public:
    using answer = T;
    answer take() { return std::move(*this->row_); }

private:
    std::optional<error> count_error() override {
        if (this->count_ == 1) return std::nullopt;
        return this->count_ == 0 ? no_row_error() : too_many_rows_error("one row", this->count_);
    }
};

}  // namespace howdah::core
