#pragma once

#include <optional>
#include <utility>

#include "howdah/types/builtin_types.hpp"
#include "howdah/types/codec.hpp"
#include "howdah/types/optional.hpp"
#include "howdah/types/range_form.hpp"

namespace howdah {

/// A range of PostgreSQL. A bound that is absent is infinite. Equality is that of what is written: the server turns
/// ranges of discrete types into the form [lower,upper).
template <class T>
struct range {
    std::optional<T> lower;
    std::optional<T> upper;
    bound lower_bound = bound::inclusive;
    bound upper_bound = bound::exclusive;
    bool is_empty = false;  // then the rest means nothing

    static range empty() {
        range out;
        out.is_empty = true;
        return out;
    }
    friend bool operator==(const range&, const range&) = default;
};

/// In both formats; ranges made in the database in binary only once the catalog was asked.
template <class T>
    requires has_codec<T>
struct codec<range<T>> {
    static constexpr oid type = range_of(oid_of<T>);
    static constexpr bool wants_text_result = true;

    static constexpr bool uses_catalog = true;

    static constexpr bool accepts(type_ref target) noexcept {
        return target.bound() != oid{} && binary_form_fits<T>(target.bound());
    }
    static constexpr bool sends_binary(type_ref target) noexcept {
        return target.bound() != oid{} && howdah::sends_binary<T>(target.bound());
    }
    static constexpr bool reads_binary(type_ref from) noexcept {
        return from.bound() != oid{} && howdah::reads_binary<T>(from.bound());
    }
    static enum format result_format(type_ref column) noexcept {
        return reads_binary(column) ? format::binary : format::text;
    }

    static std::error_code encode_as(const range<T>& value, type_ref target, bytes& out)
        requires types::encodes_binary<T>
    {
        if (target.bound() == oid{}) return errc::parameter_type_mismatch;
        types::range_writer to{out, shape_of(value)};
        if (value.is_empty) return {};
        for (const auto* each : {&value.lower, &value.upper}) {
            if (!*each) continue;
            to.begin_bound();
            if (auto failed = types::encode_binary_to_end(**each, target.bound(), out)) return failed;
            if (auto failed = to.end_bound()) return failed;
        }
        return {};
    }

    static std::error_code encode_text(const range<T>& value, bytes& out)
        requires types::encodes_text<T>
    {
        bytes lower;
        bytes upper;
        if (value.lower)
            if (auto failed = howdah::encode_text(*value.lower, lower)) return failed;
        if (value.upper)
            if (auto failed = howdah::encode_text(*value.upper, upper)) return failed;
        types::append_range(out, shape_of(value), as_text(lower), as_text(upper));
        return {};
    }

    static std::error_code decode_as(const field& in, range<T>& out)
        requires(types::readable<T> && !types::borrows<T>)
    {
        const bool unknown = in.type == oid{} || is_user_defined(in.type);
        if (in.ref().bound() == oid{} && !(unknown && in.format == format::text)) return errc::type_mismatch;
        types::range_reader from;
        if (auto failed = from.read(in)) return failed;
        out = {};
        out.is_empty = from.shape().is_empty;
        out.lower_bound = from.shape().lower_bound;
        out.upper_bound = from.shape().upper_bound;
        if (from.shape().has_lower)
            if (auto failed = decode(from.lower(), out.lower.emplace())) return failed;
        if (from.shape().has_upper)
            if (auto failed = decode(from.upper(), out.upper.emplace())) return failed;
        return {};
    }

private:
    static types::range_shape shape_of(const range<T>& value) {
        return {.is_empty = value.is_empty,
                .has_lower = !value.is_empty && value.lower.has_value(),
                .has_upper = !value.is_empty && value.upper.has_value(),
                .lower_bound = value.lower_bound,
                .upper_bound = value.upper_bound};
    }
};

}  // namespace howdah
