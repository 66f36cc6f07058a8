#include "howdah/types/value.hpp"

#include "howdah/types/array.hpp"
#include "howdah/types/boolean.hpp"
#include "howdah/types/builtin_types.hpp"
#include "howdah/types/bytea.hpp"
#include "howdah/types/floats.hpp"
#include "howdah/types/integers.hpp"
#include "howdah/types/text_form.hpp"
#include "howdah/types/type_map.hpp"

namespace howdah {
namespace {

template <class... F>
struct overloaded : F... {
    using F::operator()...;
};
template <class... F>
overloaded(F...) -> overloaded<F...>;  // Clang 16 does not deduce aggregates by itself

template <class T>
std::error_code read(const field& in, value& out) {
    T held{};
    const auto failed = decode(in, held);
    if (!failed) out = value{std::move(held)};
    return failed;
}

std::error_code read_custom(const field& in, value& out) {
    out = custom{.type = in.type, .format = in.format, .data = {in.data.begin(), in.data.end()}};
    return {};
}

std::error_code read_array(const field& in, value& out) {
    value_array held{.element_type = in.ref().element(), .dimensions = {}, .elements = {}};
    const auto failed = types::decode_elements(
        in, ',',
        [&](const types::array_shape& shape) {
            held.dimensions.assign(shape.dimensions().begin(), shape.dimensions().end());
            held.elements.reserve(shape.count());
            return std::error_code{};
        },
        [&](const field& each) { return decode(each, held.elements.emplace_back()); });
    if (!failed) out = std::move(held);
    return failed;
}

std::error_code write_array(const value_array& held, type_ref target, bytes& out) {
    types::array_shape shape;
    if (auto failed = shape.assign(held.dimensions, held.elements.size())) return failed;
    const auto element = target.element() != oid{} ? target.element() : type_ref{held.element_type};
    return types::encode_elements(held.elements, shape, element, out);
}

std::error_code write_array_text(const value_array& held, bytes& out) {
    types::array_shape shape;
    if (auto failed = shape.assign(held.dimensions, held.elements.size())) return failed;
    types::array_text_writer to{out, shape, type_ref{held.element_type}.delimiter()};
    bytes text;
    for (const auto& each : held.elements) {
        if (each.is_null()) {
            to.null();
            continue;
        }
        text.clear();
        if (auto failed = encode_text(each, text)) return failed;
        to.element(as_text(text));
    }
    to.finish();
    return {};
}

enum format array_format(const value_array& held, type_ref target) noexcept {
    const auto element = target.element();
    if (element == oid{}) return format::text;
    for (const auto& each : held.elements)
        if (!each.is_null() && parameter_format(each, element) == format::text) return format::text;
    return format::binary;
}

bool is_enum(type_ref type) noexcept {
    const auto* d = type.description();
    return d != nullptr && d->kind == type_kind::enumeration;
}

bool is_readable_array(const field& in) noexcept {
    if (in.ref().element() == oid{}) return false;
    return in.format == format::text || has_known_binary_form(in.type);
}

}  // namespace

bool operator==(const value_array& a, const value_array& b) {
    return a.element_type == b.element_type && a.dimensions == b.dimensions && a.elements == b.elements;
}

oid value::type() const noexcept {
    return std::visit(overloaded{[](std::monostate) { return oid{}; }, [](const custom& held) { return held.type; },
                                 [](const value_array& held) { return array_of(held.element_type); },
                                 [](const auto& held) { return oid_of<std::remove_cvref_t<decltype(held)>>; }},
                      content_);
}

std::error_code value::to_field(bytes& storage, field& out) const {
    out = {.data = {}, .type = type(), .format = format::binary, .is_null = is_null()};
    if (is_null()) return {};
    if (const auto* held = get_if<custom>()) {
        out.data = held->data;
        out.format = held->format;
        return {};
    }
    out.format = parameter_format(*this, type());
    const auto failed = encode(*this, type(), out.format, storage);
    out.data = storage;
    return failed;
}

std::string value::to_text() const {
    if (is_null()) return {};
    bytes text;
    if (const auto failed = codec<value>::encode_text(*this, text)) refuse(failed);
    return std::string{as_text(text)};
}

void value::refuse(std::error_code failed) { throw error{failed, "converting a value"}; }

enum format codec<value>::result_format(type_ref column) noexcept {
    return has_known_binary_form(column) ? format::binary : format::text;
}

enum format codec<value>::parameter_format(const value& in, type_ref target) noexcept {
    return std::visit(
        overloaded{[](std::monostate) { return format::text; },
                   [&](const custom& held) { return held.type == target.type ? held.format : format::text; },
                   [&](const value_array& held) { return array_format(held, target); },
                   [&](const auto& held) { return howdah::parameter_format(held, target); }},
        in.held());
}

oid codec<value>::first_use_type(const value& in) noexcept {
    return std::visit(
        overloaded{[](std::monostate) { return oid{}; }, [](const custom&) { return oid{}; },
                   [](const value_array& held) { return held.element_type == oids::bytea ? oids::bytea_array : oid{}; },
                   [](const auto& held) { return first_use_oid<std::remove_cvref_t<decltype(held)>>; }},
        in.held());
}

std::error_code codec<value>::encode_as(const value& in, type_ref target, bytes& out) {
    return std::visit(overloaded{[](std::monostate) { return make_error_code(errc::unexpected_null); },
                                 [&](const custom& held) -> std::error_code {
                                     if (held.format == format::text || held.type != target.type)
                                         return errc::parameter_type_mismatch;
                                     append(out, bytes_view{held.data});
                                     return {};
                                 },
                                 [&](const value_array& held) { return write_array(held, target, out); },
                                 [&](const auto& held) { return types::encode_binary_to_end(held, target, out); }},
                      in.held());
}

std::error_code codec<value>::encode_text(const value& in, bytes& out) {
    return std::visit(overloaded{[](std::monostate) { return make_error_code(errc::unexpected_null); },
                                 [&](const custom& held) {
                                     return to_text(field{.data = held.data, .type = held.type, .format = held.format},
                                                    out);
                                 },
                                 [&](const value_array& held) { return write_array_text(held, out); },
                                 [&](const auto& held) { return howdah::encode_text(held, out); }},
                      in.held());
}

std::error_code codec<value>::decode_as(const field& in, value& out) {
    auto under_domain = in;
    under_domain.type = in.ref().base().type;
    switch (under_domain.type) {
        case oids::bool_: return read<bool>(under_domain, out);
        case oids::int2: return read<std::int16_t>(under_domain, out);
        case oids::int4: return read<std::int32_t>(under_domain, out);
        case oids::int8: return read<std::int64_t>(under_domain, out);
        case oids::float4: return read<float>(under_domain, out);
        case oids::float8: return read<double>(under_domain, out);
        case oids::bytea: return read<bytes>(under_domain, out);
        case oids::timestamp: return read<timestamp>(under_domain, out);
        case oids::timestamptz: return read<timestamptz>(under_domain, out);
        case oids::uuid: return read<uuid>(under_domain, out);
        case oids::json:
        case oids::jsonb: return read<json>(under_domain, out);
        default: break;
    }
    if (types::is_text(under_domain.type)) return read<std::string>(under_domain, out);
    if (is_enum(under_domain.ref())) {  // in both formats its label
        out = value{in.text()};
        return {};
    }
    return is_readable_array(under_domain) ? read_array(under_domain, out) : read_custom(under_domain, out);
}

}  // namespace howdah
