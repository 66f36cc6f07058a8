#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "howdah/base/error.hpp"
#include "howdah/types/array_form.hpp"
#include "howdah/types/codec.hpp"
#include "howdah/types/datetime.hpp"
#include "howdah/types/json.hpp"
#include "howdah/types/text.hpp"
#include "howdah/types/uuid.hpp"

namespace howdah {

class value;

/// An array whose elements are known only at run time.
struct value_array {
    oid element_type{};
    std::vector<dimension> dimensions;
    std::vector<value> elements;

    friend bool operator==(const value_array&, const value_array&);
};

/// A value of a type that `value` has no alternative for, as it came: `as` and to_text still read it.
struct custom {
    oid type{};
    enum format format = howdah::format::binary;
    bytes data;

    friend bool operator==(const custom&, const custom&) = default;
};

/// A value of any type. Owns what it holds; also a parameter.
class value {
public:
    using content = std::variant<std::monostate, bool, std::int16_t, std::int32_t, std::int64_t, float, double,
                                 std::string, bytes, timestamp, timestamptz, uuid, json, value_array, custom>;
    template <class T>
    static constexpr bool is_alternative = []<class... Each>(std::variant<Each...>*) {
        return (std::same_as<T, Each> || ...);
    }(static_cast<content*>(nullptr));

    /// NULL.
    value() = default;
    template <class T>
        requires is_alternative<std::remove_cvref_t<T>>
    value(T&& alternative) : content_{std::forward<T>(alternative)} {}
    value(std::string_view text) : content_{std::string{text}} {}
    value(const char* text) : content_{std::string{text}} {}

    bool is_null() const noexcept { return std::holds_alternative<std::monostate>(content_); }
    /// The type it has, or stands for; oid{} for NULL.
    oid type() const noexcept;
    const content& held() const noexcept { return content_; }
    /// nullptr if it holds something else.
    template <class T>
    const T* get_if() const noexcept {
        return std::get_if<T>(&content_);
    }

    /// Converts by the rules of decode. Errors: those of decode.
    template <class T>
    std::error_code to(T& out) const;
    /// Converts; throws howdah::error.
    template <class T>
    T as() const;
    /// PostgreSQL's text form; empty for NULL. Throws howdah::error (type_mismatch) for the binary form of an unknown type.
    std::string to_text() const;

    friend bool operator==(const value&, const value&) = default;

private:
    /// A field that says the same. `storage` owns its bytes.
    std::error_code to_field(bytes& storage, field& out) const;
    [[noreturn]] static void refuse(std::error_code failed);

    content content_;
};

template <>
struct codec<value> {
    static constexpr bool wants_text_result = true;
    static constexpr bool uses_catalog = true;
    static constexpr bool sends_binary(type_ref) noexcept { return false; }  // one value may, others not
    static enum format result_format(type_ref column) noexcept;
    static enum format parameter_format(const value& in, type_ref target) noexcept;
    static oid first_use_type(const value& in) noexcept;
    static bool is_null(const value& in) noexcept { return in.is_null(); }
    static void set_null(value& out) noexcept { out = {}; }
    static std::error_code encode_as(const value& in, type_ref target, bytes& out);
    static std::error_code encode_text(const value& in, bytes& out);
    static std::error_code decode_as(const field& in, value& out);
};

template <class T>
std::error_code value::to(T& out) const {
    if constexpr (std::same_as<T, std::string_view>) {
        const auto* text = get_if<std::string>();
        if (text == nullptr) return is_null() ? errc::unexpected_null : errc::type_mismatch;
        out = *text;
        return {};
    } else {
        static_assert(!types::borrows<T>, "howdah: value::as converts into types that own what they hold");
        if constexpr (is_alternative<T>)
            if (const auto* same = get_if<T>()) {
                out = *same;
                return {};
            }
        bytes storage;
        field as_field;
        if (auto failed = to_field(storage, as_field)) return failed;
        return decode(as_field, out);
    }
}

template <class T>
T value::as() const {
    T out{};
    if (const auto failed = to(out)) refuse(failed);
    return out;
}

}  // namespace howdah
