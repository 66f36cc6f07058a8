#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <system_error>

#include "howdah/base/bytes.hpp"
#include "howdah/base/errc.hpp"
#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"

namespace howdah::wire {

/// Tag and length in front of every message but the first of a connection (protocol, section 55.7).
struct frame_header {
    static constexpr std::size_t size = 5;
    static constexpr std::uint32_t least_length = 4;  // the length counts itself

    char tag;
    std::uint32_t length;

    /// Reads `size` bytes that are known to be there.
    static frame_header load(const std::byte* p) noexcept {
        return {static_cast<char>(p[0]), load_big_endian<std::uint32_t>(p + 1)};
    }
    /// Of the whole frame, tag included.
    std::size_t frame_size() const noexcept { return std::size_t{length} + 1; }
    std::size_t body_size() const noexcept { return length - least_length; }
};

/// PostgreSQL takes no message of 1 GiB or more (PQ_LARGE_MESSAGE_LIMIT).
inline constexpr std::size_t largest_message = (std::size_t{1} << 30) - 1;

/// Writes one message: the tag at once, the length when finished.
class frame {
public:
    frame(bytes& out, char tag) : out_{out}, start_{out.size()} {
        out_.resize(start_ + frame_header::size);
        out_[start_] = static_cast<std::byte>(tag);
    }
    /// A message without a tag: startup, SSLRequest, CancelRequest.
    static frame untagged(bytes& out) { return frame{out}; }

    frame(const frame&) = delete;
    frame& operator=(const frame&) = delete;
    ~frame() { store_big_endian(out_.data() + start_ + tagged_, static_cast<std::uint32_t>(size())); }

    frame& text(std::string_view s) {
        put_cstring(out_, s);
        return *this;
    }
    frame& raw(bytes_view b) {
        append(out_, b);
        return *this;
    }
    frame& u8(std::uint8_t v) {
        put_u8(out_, v);
        return *this;
    }
    frame& u16(std::uint16_t v) {
        put_u16(out_, v);
        return *this;
    }
    frame& u32(std::uint32_t v) {
        put_u32(out_, v);
        return *this;
    }

private:
    explicit frame(bytes& out) : out_{out}, start_{out.size()}, tagged_{0} {
        out_.resize(start_ + frame_header::least_length);
    }
    std::size_t size() const noexcept { return out_.size() - start_ - tagged_; }

    bytes& out_;
    std::size_t start_;
    std::size_t tagged_ = 1;
};

}  // namespace howdah::wire
