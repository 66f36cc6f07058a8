#include "howdah/types/pgvector.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/floats.hpp"

namespace howdah {
namespace {

// pgvector's src/vector.h, halfvec.h and sparsevec.h
constexpr std::size_t max_elements = 16'000;
constexpr std::int32_t max_sparse_dimensions = 1'000'000'000;

void put(bytes& out, float value) { put_f32(out, value); }
void put(bytes& out, half value) { put_u16(out, value.bits); }
void load(const std::byte* in, float& out) noexcept { out = std::bit_cast<float>(load_big_endian<std::uint32_t>(in)); }
void load(const std::byte* in, half& out) noexcept { out.bits = load_big_endian<std::uint16_t>(in); }

bool read(types::scanner& in, float& out) noexcept { return types::read_float(in, out); }
bool read(types::scanner& in, half& out) noexcept {
    float wide = 0;
    if (!types::read_float(in, wide)) return false;
    out = half{wide};
    return std::isinf(wide) || !std::isinf(static_cast<float>(out));
}

template <class T>
std::error_code check(const std::vector<T>& elements) noexcept {
    return elements.empty() || elements.size() > max_elements ? errc::value_out_of_range : std::error_code{};
}

/// The number of elements, an unused word, the elements.
template <class T>
std::error_code encode_elements(const std::vector<T>& elements, bytes& out) {
    if (auto failed = check(elements)) return failed;
    put_u16(out, static_cast<std::uint16_t>(elements.size()));
    put_u16(out, 0);
    for (const auto each : elements) put(out, each);
    return {};
}

template <class T>
std::error_code decode_elements(bytes_view in, std::vector<T>& out) {
    reader from{in};
    const std::size_t count = from.u16();
    const auto unused = from.u16();
    if (!from.ok()) return errc::truncated;
    if (unused != 0 || count == 0 || count > max_elements) return errc::invalid_value;
    const auto elements = from.rest();
    if (auto failed = types::check_width(elements, count * sizeof(T))) return failed;
    out.resize(count);
    for (std::size_t i = 0; i < count; ++i) load(elements.data() + i * sizeof(T), out[i]);
    return {};
}

template <class T>
std::error_code append_elements(bytes& out, const std::vector<T>& elements) {
    if (auto failed = check(elements)) return failed;
    append(out, "[");
    for (const auto& each : elements) {
        if (&each != &elements.front()) append(out, ",");
        types::append_float(out, static_cast<float>(each));
    }
    append(out, "]");
    return {};
}

template <class T>
std::error_code read_elements(std::string_view text, std::vector<T>& out) {
    types::scanner in{text};
    out.clear();
    if (!in.accept('[')) return errc::invalid_value;
    do {
        if (out.size() == max_elements || !read(in, out.emplace_back())) return errc::invalid_value;
    } while (in.accept(','));
    return in.accept(']') && in.at_end() ? std::error_code{} : errc::invalid_value;
}

std::error_code check(const sparse_vector& value) noexcept {
    if (value.dimensions < 1 || value.dimensions > max_sparse_dimensions || value.elements.size() > max_elements)
        return errc::value_out_of_range;
    std::int32_t least = 0;
    for (const auto& each : value.elements) {
        if (each.index < least || each.index >= value.dimensions) return errc::value_out_of_range;
        least = each.index + 1;
    }
    return {};
}

bool read_sparse(types::scanner& in, sparse_vector& out) {
    std::int64_t number = 0;
    if (!in.accept('{')) return false;
    while (!in.accept('}')) {
        if (!out.elements.empty() && !in.accept(',')) return false;
        if (out.elements.size() == max_elements || !in.digits(1, 10, number) || !in.accept(':')) return false;
        if (number < 1 || number > max_sparse_dimensions) return false;
        auto& each = out.elements.emplace_back();
        each.index = static_cast<std::int32_t>(number - 1);
        if (!read(in, each.value)) return false;
    }
    if (!in.accept('/') || !in.digits(1, 10, number) || number > max_sparse_dimensions) return false;
    out.dimensions = static_cast<std::int32_t>(number);
    return in.at_end();
}

}  // namespace

std::error_code codec<dense_vector>::encode(const dense_vector& value, bytes& out) {
    return encode_elements(value.elements, out);
}
std::error_code codec<dense_vector>::decode(bytes_view in, dense_vector& out) {
    return decode_elements(in, out.elements);
}
std::error_code codec<dense_vector>::encode_text(const dense_vector& value, bytes& out) {
    return append_elements(out, value.elements);
}
std::error_code codec<dense_vector>::decode_text(std::string_view in, dense_vector& out) {
    return read_elements(in, out.elements);
}

std::error_code codec<half_vector>::encode(const half_vector& value, bytes& out) {
    return encode_elements(value.elements, out);
}
std::error_code codec<half_vector>::decode(bytes_view in, half_vector& out) {
    return decode_elements(in, out.elements);
}
std::error_code codec<half_vector>::encode_text(const half_vector& value, bytes& out) {
    return append_elements(out, value.elements);
}
std::error_code codec<half_vector>::decode_text(std::string_view in, half_vector& out) {
    return read_elements(in, out.elements);
}

/// Dimensions, the number of elements, an unused word, all indices, all values.
std::error_code codec<sparse_vector>::encode(const sparse_vector& value, bytes& out) {
    if (auto failed = check(value)) return failed;
    put_i32(out, value.dimensions);
    put_i32(out, static_cast<std::int32_t>(value.elements.size()));
    put_i32(out, 0);
    for (const auto& each : value.elements) put_i32(out, each.index);
    for (const auto& each : value.elements) put_f32(out, each.value);
    return {};
}

std::error_code codec<sparse_vector>::decode(bytes_view in, sparse_vector& out) {
    reader from{in};
    out.dimensions = from.i32();
    const std::size_t count = from.u32();
    const auto unused = from.u32();
    if (!from.ok()) return errc::truncated;
    if (unused != 0 || count > max_elements) return errc::invalid_value;
    if (auto failed = types::check_width(from.rest(), count * (sizeof(std::int32_t) + sizeof(float)))) return failed;
    const auto* index = in.data() + 3 * sizeof(std::int32_t);
    const auto* value = index + count * sizeof(std::int32_t);
    out.elements.resize(count);
    for (auto& each : out.elements) {
        each.index = static_cast<std::int32_t>(load_big_endian<std::uint32_t>(index));
        load(value, each.value);
        index += sizeof(std::int32_t);
        value += sizeof(float);
    }
    return check(out) ? errc::invalid_value : std::error_code{};
}

std::error_code codec<sparse_vector>::encode_text(const sparse_vector& value, bytes& out) {
    if (auto failed = check(value)) return failed;
    append(out, "{");
    for (const auto& each : value.elements) {
        if (&each != &value.elements.front()) append(out, ",");
        types::append_number(out, std::int64_t{each.index} + 1);
        append(out, ":");
        types::append_float(out, each.value);
    }
    append(out, "}/");
    types::append_number(out, value.dimensions);
    return {};
}

std::error_code codec<sparse_vector>::decode_text(std::string_view in, sparse_vector& out) {
    types::scanner from{in};
    out = {};
    return read_sparse(from, out) && !check(out) ? std::error_code{} : errc::invalid_value;
}

}  // namespace howdah
