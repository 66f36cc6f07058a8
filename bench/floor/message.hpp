#pragma once
// The bytes of messages.

#include <arpa/inet.h>

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace bench::floor {

inline constexpr std::size_t header_size = 5;  // tag and length

inline std::uint32_t big_endian_32(const char* p) noexcept {
    std::uint32_t v = 0;
    std::memcpy(&v, p, sizeof v);
    return ntohl(v);
}

inline double big_endian_float8(const char* p) noexcept {
    std::uint64_t v = 0;
    std::memcpy(&v, p, sizeof v);
    return std::bit_cast<double>(be64toh(v));
}

inline char* put(char* p, std::uint32_t v) noexcept {
    v = htonl(v);
    std::memcpy(p, &v, sizeof v);
    return p + sizeof v;
}

inline char* put(char* p, double v) noexcept {
    const auto bits = htobe64(std::bit_cast<std::uint64_t>(v));
    std::memcpy(p, &bits, sizeof bits);
    return p + sizeof bits;
}

inline char* put(char* p, std::string_view s) noexcept {
    std::memcpy(p, s.data(), s.size());  // NOLINT(bugprone-not-null-terminated-result)
    return p + s.size();
}

/// A length in front of it, as fields have.
inline char* put_field(char* p, std::int32_t v) noexcept { return put(put(p, 4U), static_cast<std::uint32_t>(v)); }
inline char* put_field(char* p, double v) noexcept { return put(put(p, 8U), v); }
inline char* put_field(char* p, std::string_view s) noexcept {
    return put(put(p, static_cast<std::uint32_t>(s.size())), s);
}

std::string four_bytes(std::uint32_t value);

/// A message with its tag and length.
std::string message(char tag, std::string_view body);
std::string parse(std::string_view name, std::string_view sql);
/// Of the unnamed portal and statement, without parameters, results in binary.
std::string bind();
std::string execute();
std::string sync();

}  // namespace bench::floor
