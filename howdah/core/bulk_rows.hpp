#pragma once
// A bulk call's rows: whatever range they come in, and what they give back.

#include <cstddef>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "howdah/core/bulk_answer.hpp"
#include "howdah/core/bulk_call.hpp"
#include "howdah/sql/copy_binary.hpp"
#include "howdah/sql/field_encoder.hpp"

namespace howdah::core {

/// `Rows` is a range, or a reference to one; R a row that comes back, or no_returned_rows.
template <class Rows, class R>
class bulk_call_of final : public bulk_call {
    using range = std::remove_reference_t<Rows>;
    using row = std::ranges::range_value_t<range>;
    static constexpr bool returns = !std::is_same_v<R, no_returned_rows>;

public:
    using answer = bulk_answer<R>;

    bulk_call_of(bulk_request request, range& rows) : bulk_call{std::move(request)}, given_{rows} {}

    answer take() {
        if constexpr (returns) return std::move(returned_.rows);
        else return take_report();
    }

private:
    std::optional<std::size_t> count() override {
        if constexpr (std::ranges::sized_range<range>) return static_cast<std::size_t>(std::ranges::size(given_));
        else if constexpr (std::ranges::forward_range<range>)
            return static_cast<std::size_t>(std::ranges::distance(given_));
        else return std::nullopt;
    }
    std::optional<error> describe(std::span<const column> columns) override {
        columns_ = columns;
        return encoder_.describe(columns);
    }
    column_fit fit(std::size_t position) const noexcept override { return encoder_.fit(position); }
    void encode(encoded_rows& out) override {
        std::size_t number = 0;
        for (auto&& each : given_) {
            const row& r = each;
            encode(r, number++, out);
        }
    }
    void encode(const row& r, std::size_t number, encoded_rows& out) {
        for (std::size_t i = 0; i < field_encoder<row>::size; ++i) {
            auto& to = out.columns()[i];
            const auto as = to.how == carriage::text ? format::text : format::binary;
            if (const auto failed = encoder_.append(i, r, as, to.data))
                throw row_error(failed, number, columns_[i], i, cpp_type_name<row>());
            to.end_value();
        }
    }
    std::size_t encode(row_buffer& out) override {
        copy_binary::row_encoder<row> encoder;
        (void)encoder.describe(columns_);  // as encoder_, which has said whether they fit
        std::size_t number = 0, position = 0;
        for (auto&& each : given_) {
            if (const auto failed = encoder.append(each, out, position))
                throw row_error(failed, number, columns_[position], position, cpp_type_name<row>());
            ++number;
        }
        return number;
    }
    void sends(std::size_t given, std::span<const std::size_t> sent) override {
        if constexpr (returns) {
            returned_.rows.resize(given);
            returned_.given_as.assign(sent.begin(), sent.end());
        }
    }
    std::unique_ptr<bulk_sink> new_sink(std::size_t first, std::size_t count, numbering how) override {
        if constexpr (returns) return std::make_unique<placed_rows<R>>(returned_, first, count, how);
        else return std::make_unique<counted_rows>();
    }

    range& given_;
    std::span<const column> columns_;
    field_encoder<row> encoder_;
    [[no_unique_address]] std::conditional_t<returns, returned_rows<R>, no_returned_rows> returned_;
};

}  // namespace howdah::core
