#pragma once
// Fields whose C++ type is the column's own, read and written where they lie: a length and the bytes. A row of nothing
// else is done in one pass, without asking anything of a field but its length.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/sql/column.hpp"
#include "howdah/sql/data_row.hpp"
#include "howdah/types/codec.hpp"
#include "howdah/types/text.hpp"

namespace howdah::in_place {

// Reading.

template <class M>
concept readable_number = (fixed_width<M> > 0) && types::has_static_type<M>;
template <class M>
concept readable_text = std::is_same_v<M, std::string> || std::is_same_v<M, std::string_view>;

/// Values of M, or of what an optional M holds, can be read in place, from a column that fits.
template <class M>
inline constexpr bool reads = readable_number<M> || readable_text<M>;
template <class M>
inline constexpr bool reads<std::optional<M>> = reads<M>;

template <class M>
bool read_fits(const column& c) noexcept {
    using value = typename types::unwrapped<M>::type;
    if constexpr (readable_number<value>) return c.format == format::binary && c.type == codec<value>::type;
    else return c.format == format::text || types::is_text(c.type);
}

/// The bytes that a field takes at least, one that is NULL where it may be.
template <class M>
inline constexpr std::ptrdiff_t least_bytes = std::ptrdiff_t{data_row::length_size} + [] {
    if constexpr (readable_number<M>) return std::ptrdiff_t{fixed_width<M>};
    else return std::ptrdiff_t{0};
}();

/// As std::string::assign, which is a call that looks at what the string had and where the text lies. Short texts,
/// which need no memory and can't fail, are built anew.
inline void assign(std::string& out, const char* text, std::size_t size) {
    if (size > std::string{}.capacity()) {
        out.assign(text, size);
    } else {
        std::destroy_at(&out);
        std::construct_at(&out, text, size);
    }
}

/// Reads the field at `at` and gives the end of it; null: it is NULL where `out` has no room for that, or not as
/// described. There are at least least_bytes<M> and `behind` in front of `end`, and `behind` are still there afterwards: a
/// row of numbers is looked at once for its size.
template <class M>
const std::byte* read(const std::byte* at, const std::byte* end, std::ptrdiff_t behind, M& out) {
    const auto size = load_big_endian<std::uint32_t>(at);
    if constexpr (types::is_optional<M>) {
        using value = typename M::value_type;
        if (size == static_cast<std::uint32_t>(data_row::null_length)) {
            out.reset();
            return at + data_row::length_size;
        }
        if (end - at < least_bytes<value> + behind) [[unlikely]]
            return nullptr;
        return read(at, end, behind, out ? *out : out.emplace());
    } else if constexpr (readable_number<M>) {
        at += data_row::length_size;
        if (size != fixed_width<M>) [[unlikely]]
            return nullptr;
        out = load_fixed<M>(at);
        return at + fixed_width<M>;
    } else {
        at += data_row::length_size;
        if (static_cast<std::ptrdiff_t>(size) > end - at - behind) [[unlikely]]
            return nullptr;
        const auto* const text = reinterpret_cast<const char*>(at);
        if constexpr (std::is_same_v<M, std::string>) assign(out, text, size);
        else out = {text, size};
        return at + size;
    }
}

// Writing.

template <class M>
concept writable_number = std::is_arithmetic_v<M> && requires {
    requires codec<M>::fixed_width == sizeof(M);
    requires codec<M>::type != oids::char_;
};
template <class M>
concept writable_text =
    std::is_base_of_v<types::text_codec, codec<M>> && std::is_convertible_v<const M&, std::string_view> &&
    !std::is_pointer_v<M>;  // which may be null

/// Values of M, or of what an optional M holds, can be written in place, for a column that fits.
template <class M>
inline constexpr bool writes = writable_number<M> || writable_text<M>;
template <class M>
inline constexpr bool writes<std::optional<M>> = writes<M>;

template <class M>
bool write_fits(const column& c) noexcept {
    using value = typename types::unwrapped<M>::type;
    if constexpr (writable_number<value>) return c.type == codec<value>::type;
    else return types::is_text(c.type);
}

/// Longer ones are not written in place.
inline constexpr std::size_t longest_text = 64;

/// The room that a field takes at most.
template <class M>
inline constexpr std::size_t most_bytes = data_row::length_size + [] {
    using value = typename types::unwrapped<M>::type;
    if constexpr (writable_number<value>) return sizeof(value);
    else return longest_text;
}();

/// Copies a text, word by word, each seen to hold no NUL: a call of memcpy and one of memchr would cost more than all
/// the rest. False: there is a NUL.
inline bool copy_text(const char* from, std::size_t size, std::byte* to) noexcept {
    std::uint64_t nul = 0;
    const auto move = [&]<class Word>(std::size_t at, Word) {
        Word word;
        std::memcpy(&word, from + at, sizeof word);
        std::memcpy(to + at, &word, sizeof word);
        constexpr Word ones = static_cast<Word>(~Word{0}) / 255;
        nul |= static_cast<Word>((word - ones) & static_cast<Word>(~word) & static_cast<Word>(ones << 7));
    };
    // The last word may cover some of the one in front of it.
    const auto move_all = [&]<class Word>(Word) {
        std::size_t at = 0;
        for (; at + sizeof(Word) < size; at += sizeof(Word)) move(at, Word{});
        move(size - sizeof(Word), Word{});
    };
    if (size >= sizeof(std::uint64_t)) move_all(std::uint64_t{});
    else if (size >= sizeof(std::uint32_t)) move_all(std::uint32_t{});
    else
        for (std::size_t at = 0; at < size; ++at) move(at, std::uint8_t{});
    return nul == 0;
}

/// Writes a field to where there is room for it and gives the end of it; null: it is too long, or no text.
template <class M>
[[gnu::always_inline]] inline std::byte* write(std::byte* at, const M& value) {
    const auto length = [&](std::size_t size) { store_big_endian(at, static_cast<std::uint32_t>(size)); };
    auto* const content = at + data_row::length_size;
    if constexpr (types::is_optional<M>) {
        if (value) return write(at, *value);
        store_big_endian(at, static_cast<std::uint32_t>(data_row::null_length));
        return content;
    } else if constexpr (writable_number<M>) {
        using word =
            std::conditional_t<sizeof(M) == 1, std::uint8_t,
                               std::conditional_t<sizeof(M) == 2, std::uint16_t,
                                                  std::conditional_t<sizeof(M) == 4, std::uint32_t, std::uint64_t>>>;
        length(sizeof value);
        store_big_endian(content, std::bit_cast<word>(value));
        return content + sizeof value;
    } else {
        const std::string_view text{value};
        if (text.size() > longest_text) [[unlikely]]
            return nullptr;
        length(text.size());
        return copy_text(text.data(), text.size(), content) ? content + text.size() : nullptr;
    }
}

}  // namespace howdah::in_place
