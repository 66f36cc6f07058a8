#pragma once

#include <optional>
#include <utility>

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

/// Built-in ranges in both formats, ranges made in the database as text.
template <class T>
    requires has_codec<T>
struct codec<range<T>> {
    static constexpr oid type = range_of(oid_of<T>);
    static constexpr bool wants_text_result = true;

    static constexpr bool accepts(oid target) noexcept {
        return bound_of(target) != oid{} && binary_form_fits<T>(bound_of(target));
    }
    static enum format result_format(oid column) noexcept {
        return bound_of(column) == oid{} || howdah::wants_text_result<T> ? format::text : format::binary;
    }

    static std::error_code encode_as(const range<T>& value, oid target, bytes& out)
        requires types::encodes_binary<T>
    {
        if (bound_of(target) == oid{}) return errc::parameter_type_mismatch;
        types::range_writer to{out, shape_of(value)};
        if (value.is_empty) return {};
        for (const auto* each : {&value.lower, &value.upper}) {
            if (!*each) continue;
            to.begin_bound();
            if (auto failed = types::encode_binary_to_end(**each, bound_of(target), out)) return failed;
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
        if (bound_of(in.type) == oid{} && !(unknown && in.format == format::text)) return errc::type_mismatch;
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
