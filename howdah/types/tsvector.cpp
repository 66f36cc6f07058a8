#include "howdah/types/tsvector.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/lexeme_text.hpp"

namespace howdah {
namespace {

// src/include/tsearch/ts_type.h: two bits of weight above 14 of position, and MAXNUMPOS.
constexpr unsigned weight_shift = 14;
constexpr std::size_t max_positions = 255;

// Of the binary form: a NUL and the number of positions.
constexpr std::size_t least_lexeme_width = 3;

std::error_code check(const tsvector& value) noexcept {
    for (const auto& each : value.lexemes) {
        if (each.text.find('\0') != std::string::npos) return errc::invalid_encoding;
        if (each.positions.size() > max_positions) return errc::value_out_of_range;
        for (const auto& p : each.positions)
            if (p.number > tsvector::max_position || p.weight > lexeme_weight::a) return errc::value_out_of_range;
    }
    return std::cmp_greater(value.lexemes.size(), std::numeric_limits<std::int32_t>::max()) ? errc::value_out_of_range
                                                                                            : std::error_code{};
}

lexeme_weight accept_weight(types::scanner& in) noexcept {
    const char c = types::lower(in.peek());
    if (c < 'a' || c > 'd') return lexeme_weight::d;
    in.skip(1);
    return static_cast<lexeme_weight>('d' - c);
}

bool read_positions(types::scanner& in, std::vector<tsvector::position>& out) {
    do {
        std::int64_t number = 0;
        if (!in.digits(1, 9, number) || number == 0 || out.size() == max_positions) return false;
        const auto limited = std::min<std::int64_t>(number, tsvector::max_position);  // as the server does
        out.push_back({.number = static_cast<std::uint16_t>(limited), .weight = accept_weight(in)});
    } while (in.accept(','));
    return in.at_end() || types::is_space(in.peek());
}

void append_positions(bytes& out, const std::vector<tsvector::position>& positions) {
    constexpr std::string_view letters[] = {"", "C", "B", "A"};
    for (const auto& each : positions) {
        append(out, &each == &positions.front() ? ":" : ",");
        types::append_number(out, each.number);
        append(out, letters[static_cast<std::size_t>(each.weight)]);
    }
}

void append_tsvector(bytes& out, const tsvector& value) {
    for (const auto& each : value.lexemes) {
        if (&each != &value.lexemes.front()) append(out, " ");
        types::append_lexeme(out, each.text);
        append_positions(out, each.positions);
    }
}

std::error_code decode_lexeme(reader& in, tsvector::lexeme& out) {
    out.text.assign(in.cstring());
    const auto count = in.u16();
    if (count > max_positions) return errc::invalid_value;
    const auto positions = in.take(count * sizeof(std::uint16_t));
    if (!in.ok()) return errc::truncated;
    out.positions.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto word = load_big_endian<std::uint16_t>(positions.data() + i * sizeof(std::uint16_t));
        out.positions.push_back({.number = static_cast<std::uint16_t>(word & tsvector::max_position),
                                 .weight = static_cast<lexeme_weight>(word >> weight_shift)});
    }
    return {};
}

}  // namespace

std::optional<tsvector> tsvector::parse(std::string_view text) {
    tsvector out;
    types::scanner in{text};
    for (in.skip_space(); !in.at_end(); in.skip_space()) {
        auto& each = out.lexemes.emplace_back();
        if (!types::read_lexeme(in, "", each.text)) return std::nullopt;
        if (in.accept(':') && !read_positions(in, each.positions)) return std::nullopt;
    }
    return out;
}

std::string tsvector::to_string() const {
    bytes out;
    append_tsvector(out, *this);
    return std::string{as_text(out)};
}

// src/backend/utils/adt/tsvector.c, tsvectorsend
std::error_code codec<tsvector>::encode(const tsvector& value, bytes& out) {
    if (auto failed = check(value)) return failed;
    put_i32(out, static_cast<std::int32_t>(value.lexemes.size()));
    for (const auto& each : value.lexemes) {
        put_cstring(out, each.text);
        put_u16(out, static_cast<std::uint16_t>(each.positions.size()));
        for (const auto& p : each.positions)
            put_u16(out, static_cast<std::uint16_t>(static_cast<unsigned>(p.weight) << weight_shift | p.number));
    }
    return {};
}

std::error_code codec<tsvector>::decode(bytes_view in, tsvector& out) {
    reader from{in};
    const auto count = from.i32();
    if (!from.ok()) return errc::truncated;
    if (count < 0) return errc::invalid_value;
    if (std::cmp_greater(count, from.remaining() / least_lexeme_width)) return errc::truncated;
    out.lexemes.clear();
    for (std::int32_t i = 0; i < count; ++i)
        if (auto failed = decode_lexeme(from, out.lexemes.emplace_back())) return failed;
    return from.finish();
}

std::error_code codec<tsvector>::encode_text(const tsvector& value, bytes& out) {
    if (auto failed = check(value)) return failed;
    append_tsvector(out, value);
    return {};
}

std::error_code codec<tsvector>::decode_text(std::string_view in, tsvector& out) {
    auto parsed = tsvector::parse(in);
    if (!parsed) return errc::invalid_value;
    out = std::move(*parsed);
    return {};
}

}  // namespace howdah
