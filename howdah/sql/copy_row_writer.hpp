#pragma once
// The rows of a COPY in binary, as they are made: field by field, into room that is there already.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

#include "howdah/base/bytes.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/sql/data_row.hpp"

namespace howdah::copy_binary {

/// What rows are written into; unlike bytes it does not clear what is written over at once.
class row_buffer {
public:
    bytes_view written() const noexcept { return {memory_.get(), size_}; }
    std::size_t size() const noexcept { return size_; }
    void clear() noexcept;

private:
    friend class row_writer;

    std::unique_ptr<std::byte[]> memory_;  // NOLINT(modernize-avoid-c-arrays,cppcoreguidelines-avoid-c-arrays)
    std::size_t size_ = 0, capacity_ = 0;
};

/// Appends one row to a buffer, once it is kept.
class row_writer {
public:
    explicit row_writer(row_buffer& to) noexcept
        : to_{to}, at_{to.memory_.get() + to.size_}, end_{to.memory_.get() + to.capacity_} {}

    void u16(std::uint16_t v) { store_big_endian(room(sizeof v), v); }
    void null() { length(data_row::null_length); }
    template <class U>
    void fixed(U value) {
        auto* const at = room(data_row::length_size + sizeof value);
        store_big_endian(at, static_cast<std::uint32_t>(sizeof value));
        store_big_endian(at + data_row::length_size, value);
    }
    /// A field with its length, as it is.
    void field(bytes_view whole);
    /// Errors: message_too_large; invalid_encoding for a NUL.
    std::error_code text(std::string_view content) {
        constexpr std::size_t short_text = 32;
        if (content.size() > short_text) return long_text(content);
        auto* const at = room(data_row::length_size + short_text);
        store_big_endian(at, static_cast<std::uint32_t>(content.size()));
        at_ = at + data_row::length_size + content.size();
        return copy_short_text(content, at + data_row::length_size);
    }
    void keep() noexcept { to_.size_ = static_cast<std::size_t>(at_ - to_.memory_.get()); }

private:
    std::byte* room(std::size_t n) {
        if (static_cast<std::size_t>(end_ - at_) < n) [[unlikely]]
            grow(n);
        return std::exchange(at_, at_ + n);
    }
    void length(std::int32_t n) { store_big_endian(room(data_row::length_size), static_cast<std::uint32_t>(n)); }
    void grow(std::size_t n);
    std::error_code long_text(std::string_view content);

    // Eight bytes at once, each seen to be no NUL. A call of memcpy and one of memchr would cost more than all the rest.
    static std::error_code copy_short_text(std::string_view content, std::byte* to) noexcept {
        const char* from = content.data();
        std::uint64_t nul = 0;
        const auto move = [&]<class Word>(Word) {
            Word word;
            std::memcpy(&word, from, sizeof word);
            std::memcpy(to, &word, sizeof word);
            constexpr Word ones = static_cast<Word>(~Word{0}) / 255;
            nul |= static_cast<Word>((word - ones) & static_cast<Word>(~word) & static_cast<Word>(ones << 7));
            from += sizeof word;
            to += sizeof word;
        };
        auto left = content.size();
        for (; left >= 8; left -= 8) move(std::uint64_t{});
        if ((left & 4) != 0) move(std::uint32_t{});
        if ((left & 2) != 0) move(std::uint16_t{});
        if ((left & 1) != 0) move(std::uint8_t{});
        return nul == 0 ? std::error_code{} : errc::invalid_encoding;
    }

    row_buffer& to_;
    std::byte *at_, *end_;
};

}  // namespace howdah::copy_binary
