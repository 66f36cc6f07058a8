#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "howdah/types/codec.hpp"

/// The types of the extension pgvector.
namespace howdah {

/// A number of 16 bits (IEEE 754 binary16) as halfvec has them.
struct half {
    std::uint16_t bits = 0;

    half() = default;
    /// The nearest, ties to even; infinite beyond ±65,504.
    explicit half(float value) noexcept;
    explicit operator float() const noexcept;
    static half from_bits(std::uint16_t bits) noexcept {
        half out;
        out.bits = bits;
        return out;
    }
    /// Of the bits: NaN equals itself, and 0 is not -0.
    friend bool operator==(const half&, const half&) = default;
};

/// pgvector's `vector`: 1 to 16,000 elements.
struct dense_vector {
    std::vector<float> elements;
    friend bool operator==(const dense_vector&, const dense_vector&) = default;
};

/// pgvector's `halfvec`: 1 to 16,000 elements.
struct half_vector {
    std::vector<half> elements;
    friend bool operator==(const half_vector&, const half_vector&) = default;
};

/// pgvector's `sparsevec`: the elements that are not zero, at most 16,000, by ascending index.
struct sparse_vector {
    struct element {
        std::int32_t index = 0;  // from 0 on; pgvector's text form counts from 1
        float value = 0;
        friend bool operator==(const element&, const element&) = default;
    };

    std::int32_t dimensions = 0;
    std::vector<element> elements;
    friend bool operator==(const sparse_vector&, const sparse_vector&) = default;
};

template <>
struct codec<dense_vector> {
    static constexpr std::string_view type_name = "vector";
    static std::error_code encode(const dense_vector& value, bytes& out);
    static std::error_code decode(bytes_view in, dense_vector& out);
    static std::error_code encode_text(const dense_vector& value, bytes& out);
    static std::error_code decode_text(std::string_view in, dense_vector& out);
};

template <>
struct codec<half_vector> {
    static constexpr std::string_view type_name = "halfvec";
    static std::error_code encode(const half_vector& value, bytes& out);
    static std::error_code decode(bytes_view in, half_vector& out);
    static std::error_code encode_text(const half_vector& value, bytes& out);
    static std::error_code decode_text(std::string_view in, half_vector& out);
};

template <>
struct codec<sparse_vector> {
    static constexpr std::string_view type_name = "sparsevec";
    static std::error_code encode(const sparse_vector& value, bytes& out);
    static std::error_code decode(bytes_view in, sparse_vector& out);
    static std::error_code encode_text(const sparse_vector& value, bytes& out);
    static std::error_code decode_text(std::string_view in, sparse_vector& out);
};

}  // namespace howdah
