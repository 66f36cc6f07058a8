#include "howdah/types/value.hpp"

#include "howdah/types/array.hpp"
#include "howdah/types/boolean.hpp"
#include "howdah/types/bytea.hpp"
#include "howdah/types/floats.hpp"
#include "howdah/types/integers.hpp"
#include "howdah/types/text_form.hpp"

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

char delimiter_of(oid element) noexcept { return types::find_builtin(element)->delimiter; }

std::error_code read_array(const field& in, value& out) {
    value_array held{.element_type = element_of(in.type), .dimensions = {}, .elements = {}};
    const auto failed = types::decode_elements(
        in, delimiter_of(held.element_type),
        [&](const types::array_shape& shape) {
            held.dimensions.assign(shape.dimensions().begin(), shape.dimensions().end());
            held.elements.reserve(shape.count());
            return std::error_code{};
        },
        [&](const field& each) { return decode(each, held.elements.emplace_back()); });
    if (!failed) out = std::move(held);
    return failed;
}

std::error_code write_array(const value_array& held, oid target, bytes& out) {
    types::array_shape shape;
    if (auto failed = shape.assign(held.dimensions, held.elements.size())) return failed;
    const auto element = element_of(target) != oid{} ? element_of(target) : held.element_type;
    return types::encode_elements(held.elements, shape, element, out);
}

std::error_code write_array_text(const value_array& held, bytes& out) {
    types::array_shape shape;
    if (auto failed = shape.assign(held.dimensions, held.elements.size())) return failed;
    types::array_text_writer to{out, shape, delimiter_of(held.element_type)};
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

enum format array_format(const value_array& held, oid target) noexcept {
    const auto element = element_of(target);
    if (element == oid{}) return format::text;
    for (const auto& each : held.elements)
        if (!each.is_null() && parameter_format(each, element) == format::text) return format::text;
    return format::binary;
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

enum format codec<value>::result_format(oid column) noexcept {
    return has_known_binary_form(column) ? format::binary : format::text;
}

enum format codec<value>::parameter_format(const value& in, oid target) noexcept {
    return std::visit(overloaded{[](std::monostate) { return format::text; },
                                 [&](const custom& held) { return held.type == target ? held.format : format::text; },
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

std::error_code codec<value>::encode_as(const value& in, oid target, bytes& out) {
    return std::visit(overloaded{[](std::monostate) { return make_error_code(errc::unexpected_null); },
                                 [&](const custom& held) -> std::error_code {
                                     if (held.format == format::text || held.type != target)
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
    switch (in.type) {
        case oids::bool_: return read<bool>(in, out);
        case oids::int2: return read<std::int16_t>(in, out);
        case oids::int4: return read<std::int32_t>(in, out);
        case oids::int8: return read<std::int64_t>(in, out);
        case oids::float4: return read<float>(in, out);
        case oids::float8: return read<double>(in, out);
        case oids::bytea: return read<bytes>(in, out);
        case oids::timestamp: return read<timestamp>(in, out);
        case oids::timestamptz: return read<timestamptz>(in, out);
        case oids::uuid: return read<uuid>(in, out);
        case oids::json:
        case oids::jsonb: return read<json>(in, out);
        default: break;
    }
    if (types::is_text(in.type)) return read<std::string>(in, out);
    const bool is_array = element_of(in.type) != oid{} && has_known_binary_form(in.type);
    return is_array ? read_array(in, out) : read_custom(in, out);
}

}  // namespace howdah
