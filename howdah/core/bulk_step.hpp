#pragma once
// One statement of a bulk call: a chunk of rows as arrays, or a row as fields.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "howdah/base/reader.hpp"
#include "howdah/core/pipeline.hpp"
#include "howdah/core/row_sink.hpp"
#include "howdah/sql/encoded_rows.hpp"
#include "howdah/sql/row.hpp"

namespace howdah::core {

/// What a statement of a bulk call has done.
class bulk_sink : public row_sink {
public:
    std::uint64_t affected() const noexcept { return affected_; }
    void complete(command_result&& done) final { affected_ = done.rows_affected; }

private:
    std::uint64_t affected_ = 0;
};

/// Without RETURNING.
class counted_rows final : public bulk_sink {
public:
    bool needs_description() const noexcept override { return false; }
    std::span<const format> first_formats() const noexcept override { return {}; }
    void choose_formats(std::span<const column>, std::span<format>) override {}
    std::optional<error> describe(const column_list&) override { return std::nullopt; }
    std::error_code rows(bytes_view, std::uint32_t) override { return {}; }
    void clear() noexcept override {}
};

/// The rows that some of the sent ones gave back, each where its input stands.
template <class R>
struct returned_rows {
    std::vector<std::optional<R>> rows;  // one for each that was given
    std::vector<std::size_t> given_as;   // by the number of a row that is sent; empty: the same

    std::optional<R>& place_of(std::size_t sent) { return rows[given_as.empty() ? sent : given_as[sent]]; }
};

/// Whether a row comes back with the number of its input.
enum class numbering : std::uint8_t { numbered, plain };

/// With RETURNING.
template <class R>
class placed_rows final : public bulk_sink {
    static_assert(!row_decoder<R>::borrows,
                  "howdah: this row would view a buffer that is gone when the call returns: use std::string instead of "
                  "std::string_view, std::vector<std::byte> instead of a span");

public:
    /// `numbered`: in front of each row stands its number in the chunk, from 1.
    placed_rows(returned_rows<R>& to, std::size_t first, std::size_t count, numbering how)
        : to_{to}, first_{first}, count_{count}, extra_{how == numbering::numbered ? std::size_t{1} : 0} {}

    bool needs_description() const noexcept override { return true; }
    bool uses_catalog() const noexcept override { return row_decoder<R>::uses_catalog; }
    std::span<const format> first_formats() const noexcept override { return {}; }
    void choose_formats(std::span<const column> columns, std::span<format> out) override {
        if (extra_ != 0) out.front() = format::binary;
        decoder_.choose_formats(columns.subspan(extra_), out.subspan(extra_));
    }
    std::optional<error> describe(const column_list& columns) override {
        columns_ = columns;
        return decoder_.describe(std::span{*columns_}.subspan(extra_));
    }
    std::error_code rows(bytes_view frames, std::uint32_t count) override {
        const auto* at = frames.data();
        for (std::uint32_t i = 0; i < count && !failure_; ++i) {
            const auto row = data_row::split(at);
            at += row.size;
            if (const auto failed = place(row.body)) return failed;
        }
        return {};
    }
    std::optional<error> finish() override { return failure_; }
    void clear() noexcept override {
        failure_.reset();
        for (std::size_t i = 0; i < count_; ++i) to_.place_of(first_ + i).reset();
    }

private:
    std::error_code place(bytes_view body) {
        reader in{body};
        if (in.u16() != columns_->size()) return errc::protocol_violation;
        std::size_t number = 1;
        if (extra_ != 0) {
            if (in.i32() != sizeof(std::int64_t)) return errc::protocol_violation;
            number = static_cast<std::size_t>(in.i64());
        }
        if (number == 0 || number > count_) return errc::protocol_violation;
        auto& out = to_.place_of(first_ + number - 1);
        if (out) return too_many(first_ + number - 1), std::error_code{};
        std::size_t position = 0;
        const auto failed = decoder_.decode_fields(in, out.emplace(), position);
        if (failed == errc::protocol_violation) return failed;
        if (failed) {
            failure_.emplace(decoder_.value_error(failed, position));
            return {};
        }
        return in.finish() ? make_error_code(errc::protocol_violation) : std::error_code{};
    }
    void too_many(std::size_t sent) {
        const auto given = to_.given_as.empty() ? sent : to_.given_as[sent];
        failure_.emplace(errc::too_many_rows,
                         "row " + std::to_string(given) + " gave more than one row back: its key is not unique",
                         fate::executed);
    }

    returned_rows<R>& to_;
    std::size_t first_, count_, extra_;
    column_list columns_;
    row_decoder<R> decoder_;
    std::optional<error> failure_;
};

class bulk_step final : public step {
public:
    /// The rows from `first` on, by a statement that takes each of their columns as an array, or (one row) as a field.
    bulk_step(const statement_text& text, std::vector<array_parameter> arrays, std::unique_ptr<bulk_sink> sink);
    bulk_step(const statement_text& text, std::vector<field_parameter> fields, std::unique_ptr<bulk_sink> sink);

    statement& content() noexcept override { return statement_; }
    std::uint64_t affected() const noexcept { return sink_->affected(); }

private:
    std::vector<array_parameter> arrays_;
    std::vector<field_parameter> fields_;
    std::vector<parameter_view> views_;
    std::unique_ptr<bulk_sink> sink_;
    statement statement_;
};

}  // namespace howdah::core
