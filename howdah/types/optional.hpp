#pragma once

#include <cstddef>
#include <optional>

#include "howdah/types/codec.hpp"

namespace howdah {

/// An empty optional is NULL; another is what it holds.
template <class T>
    requires has_codec<T>
struct codec<std::optional<T>> {
    static constexpr oid type = oid_of<T>;
    static constexpr bool accepts(type_ref target) noexcept { return types::fits<T>(target); }
    static constexpr bool sends_binary(type_ref target) noexcept { return howdah::sends_binary<T>(target); }
    static constexpr bool reads_binary(type_ref from) noexcept { return howdah::reads_binary<T>(from); }

    static bool is_null(const std::optional<T>& value) noexcept { return !value || howdah::is_null(*value); }
    static enum format parameter_format(const std::optional<T>& value, type_ref target) noexcept
        requires parameter_type<T>
    {
        return howdah::parameter_format(*value, target);
    }
    static std::error_code encode_as(const std::optional<T>& value, type_ref target, bytes& out)
        requires types::encodes_binary<T>
    {
        return types::encode_binary_to_end(*value, target, out);
    }
    static std::error_code encode_text(const std::optional<T>& value, bytes& out)
        requires types::encodes_text<T>
    {
        return howdah::encode_text(*value, out);
    }

    static void set_null(std::optional<T>& out) noexcept { out.reset(); }
    static std::error_code decode_as(const field& in, std::optional<T>& out)
        requires types::readable<T>
    {
        if (!out) out.emplace();
        const auto failed = howdah::decode(in, *out);
        if (failed) out.reset();
        return failed;
    }
};

/// NULL, whatever the type of the parameter.
template <>
struct codec<std::nullopt_t> {
    static constexpr bool is_null(std::nullopt_t) noexcept { return true; }
    static std::error_code encode_text(std::nullopt_t, bytes&) { return errc::unexpected_null; }
};
template <>
struct codec<std::nullptr_t> {
    static constexpr bool is_null(std::nullptr_t) noexcept { return true; }
    static std::error_code encode_text(std::nullptr_t, bytes&) { return errc::unexpected_null; }
};

}  // namespace howdah
