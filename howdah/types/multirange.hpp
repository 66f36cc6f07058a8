#pragma once

#include <limits>
#include <utility>
#include <vector>

#include "howdah/types/builtin_types.hpp"
#include "howdah/types/multirange_form.hpp"
#include "howdah/types/range.hpp"

namespace howdah {

/// A multirange (from PostgreSQL 14 on). The server sorts the ranges, joins those that touch and drops empty ones.
template <class T>
struct multirange {
    std::vector<range<T>> ranges;

    friend bool operator==(const multirange&, const multirange&) = default;
};

/// In both formats; multiranges made in the database in binary only once the catalog was asked.
template <class T>
    requires has_codec<T>
struct codec<multirange<T>> {
    static constexpr oid type = multirange_of(oid_of<range<T>>);
    static constexpr bool wants_text_result = true;
    static constexpr bool uses_catalog = true;

    static bool accepts(type_ref target) noexcept {
        return types::range_in(target) != oid{} && binary_form_fits<range<T>>(types::range_in(target));
    }
    static bool sends_binary(type_ref target) noexcept {
        return types::range_in(target) != oid{} && howdah::sends_binary<range<T>>(types::range_in(target));
    }
    static bool reads_binary(type_ref from) noexcept {
        return types::range_in(from) != oid{} && howdah::reads_binary<range<T>>(types::range_in(from));
    }
    static enum format result_format(type_ref column) noexcept {
        return reads_binary(column) ? format::binary : format::text;
    }

    static std::error_code encode_as(const multirange<T>& value, type_ref target, bytes& out)
        requires types::encodes_binary<range<T>>
    {
        const auto range_type = types::range_in(target);
        if (range_type == oid{}) return errc::parameter_type_mismatch;
        if (std::cmp_greater(value.ranges.size(), std::numeric_limits<std::int32_t>::max()))
            return errc::message_too_large;
        types::multirange_writer to{out, static_cast<std::uint32_t>(value.ranges.size())};
        for (const auto& each : value.ranges) {
            to.begin_range();
            if (auto failed = types::encode_binary_to_end(each, range_type, out)) return failed;
            if (auto failed = to.end_range()) return failed;
        }
        return {};
    }

    static std::error_code encode_text(const multirange<T>& value, bytes& out)
        requires types::encodes_text<range<T>>
    {
        append(out, "{");
        for (const auto& each : value.ranges) {
            if (&each != &value.ranges.front()) append(out, ",");
            if (auto failed = howdah::encode_text(each, out)) return failed;
        }
        append(out, "}");
        return {};
    }

    static std::error_code decode_as(const field& in, multirange<T>& out)
        requires types::readable<range<T>>
    {
        const bool unknown = in.type == oid{} || is_user_defined(in.type);
        if (types::range_in(in.ref()) == oid{} && !(unknown && in.format == format::text)) return errc::type_mismatch;
        types::multirange_reader from;
        if (auto failed = from.open(in)) return failed;
        out.ranges.clear();
        for (field each; from.next(each);)
            if (auto failed = decode(each, out.ranges.emplace_back())) return failed;
        return from.finish();
    }
};

}  // namespace howdah
