#include "howdah/types/datetime.hpp"

#include "howdah/types/calendar.hpp"

namespace howdah {
namespace {

using types::civil_date;
using types::floor_divide;
using types::scanner;

template <class T>
std::string text_of(T value, void (*write)(T, bytes&)) {
    bytes out;
    write(value, out);
    return std::string{as_text(out)};
}

/// "infinity" and "-infinity".
template <class T>
bool append_infinity(T value, bytes& out) {
    if (value.is_finite()) return false;
    append(out, value == T::infinity() ? "infinity" : "-infinity");
    return true;
}

template <class T>
std::optional<T> parse_infinity(std::string_view text) noexcept {
    if (text == "infinity") return T::infinity();
    if (text == "-infinity") return T::negative_infinity();
    return std::nullopt;
}

std::optional<date> to_date(const civil_date& civil) noexcept {
    if (!types::is_valid(civil)) return std::nullopt;
    const auto days = types::days_of(civil);
    if (days < types::first_date || days >= types::end_date) return std::nullopt;
    return date{static_cast<std::int32_t>(days)};
}

void write_date(date value, bytes& out) {
    if (append_infinity(value, out)) return;
    const auto civil = types::date_of(value.days);
    types::append_date(out, civil);
    types::append_era(out, civil);
}

/// Writes `zone` between the time and the era, where PostgreSQL has it.
template <class T>
void write_timestamp(T value, std::string_view zone, bytes& out) {
    if (append_infinity(value, out)) return;
    const auto days = floor_divide(value.microseconds, types::microseconds_per_day);
    const auto civil = types::date_of(days);
    types::append_date(out, civil);
    append(out, " ");
    types::append_time(out, value.microseconds - days * types::microseconds_per_day);
    append(out, zone);
    types::append_era(out, civil);
}

enum class zone { none, required };

template <class T>
std::optional<T> parse_timestamp(std::string_view text, zone wanted) noexcept {
    if (const auto infinite = parse_infinity<T>(text)) return infinite;
    scanner in{text};
    civil_date civil{};
    std::int64_t time = 0;
    std::int32_t offset = 0;
    if (!types::read_date(in, civil) || (!in.accept(' ') && !in.accept('T')) || !types::read_time(in, time)) return {};
    if (wanted == zone::required && !types::read_offset(in, offset)) return std::nullopt;
    types::read_era(in, civil);
    if (!in.at_end() || !types::is_valid(civil)) return std::nullopt;
    // In range of int64_t only if the days are: 106,751,991 of them make 2^63 microseconds.
    constexpr std::int64_t most_days = types::end_timestamp / types::microseconds_per_day + 1;
    const auto days = types::days_of(civil);
    if (days < types::first_date - 1 || days > most_days) return std::nullopt;
    const auto of_day = time - offset * types::microseconds_per_second;
    std::int64_t total = 0;
    if (__builtin_add_overflow(days * types::microseconds_per_day, of_day, &total)) return std::nullopt;
    if (total < types::first_timestamp || total >= types::end_timestamp) return std::nullopt;
    return T{total};
}

void write_local(timestamp value, bytes& out) { write_timestamp(value, "", out); }
void write_utc(timestamptz value, bytes& out) { write_timestamp(value, "+00", out); }
void write_time(time_of_day value, bytes& out) { types::append_time(out, value.microseconds); }

void write_time_with_zone(time_with_zone value, bytes& out) {
    types::append_time(out, value.microseconds);
    types::append_offset(out, value.offset);
}

constexpr bool is_time(std::int64_t microseconds) {
    return microseconds >= 0 && microseconds <= types::microseconds_per_day;
}

constexpr bool is_offset(std::int32_t seconds) {
    constexpr std::int32_t limit = 16 * 3600;  // TZDISP_LIMIT
    return seconds > -limit && seconds < limit;
}

template <class T>
std::error_code assign(const std::optional<T>& parsed, T& out) noexcept {
    if (!parsed) return errc::invalid_value;
    out = *parsed;
    return {};
}

}  // namespace

std::optional<date> date::of(int year, int month, int day) noexcept { return to_date({year, month, day}); }

std::optional<date> date::parse(std::string_view text) noexcept {
    if (const auto infinite = parse_infinity<date>(text)) return infinite;
    scanner in{text};
    civil_date civil{};
    if (!types::read_date(in, civil)) return std::nullopt;
    types::read_era(in, civil);
    return in.at_end() ? to_date(civil) : std::nullopt;
}

std::optional<timestamp> timestamp::parse(std::string_view text) noexcept {
    return parse_timestamp<timestamp>(text, zone::none);
}

std::optional<timestamptz> timestamptz::parse(std::string_view text) noexcept {
    return parse_timestamp<timestamptz>(text, zone::required);
}

std::optional<time_of_day> time_of_day::parse(std::string_view text) noexcept {
    scanner in{text};
    time_of_day out;
    return types::read_time(in, out.microseconds) && in.at_end() ? std::optional{out} : std::nullopt;
}

std::optional<time_with_zone> time_with_zone::parse(std::string_view text) noexcept {
    scanner in{text};
    time_with_zone out;
    const bool good = types::read_time(in, out.microseconds) && types::read_offset(in, out.offset) && in.at_end();
    return good ? std::optional{out} : std::nullopt;
}

std::string date::to_string() const { return text_of(*this, write_date); }
std::string timestamp::to_string() const { return text_of(*this, write_local); }
std::string timestamptz::to_string() const { return text_of(*this, write_utc); }
std::string time_of_day::to_string() const { return text_of(*this, write_time); }
std::string time_with_zone::to_string() const { return text_of(*this, write_time_with_zone); }

std::error_code codec<date>::encode_text(date value, bytes& out) {
    if (!types::in_range(value)) return errc::value_out_of_range;
    write_date(value, out);
    return {};
}

std::error_code codec<date>::decode_text(std::string_view in, date& out) noexcept {
    return assign(date::parse(in), out);
}

void types::append_text(bytes& out, timestamp value) { write_local(value, out); }
void types::append_text(bytes& out, timestamptz value) { write_utc(value, out); }

std::error_code codec<time_of_day>::encode(time_of_day value, bytes& out) {
    if (!is_time(value.microseconds)) return errc::value_out_of_range;
    put_i64(out, value.microseconds);
    return {};
}

std::error_code codec<time_of_day>::decode(bytes_view in, time_of_day& out) noexcept {
    reader from{in};
    out.microseconds = from.i64();
    if (auto failed = from.finish()) return failed;
    return is_time(out.microseconds) ? std::error_code{} : errc::invalid_value;
}

std::error_code codec<time_of_day>::encode_text(time_of_day value, bytes& out) {
    if (!is_time(value.microseconds)) return errc::value_out_of_range;
    write_time(value, out);
    return {};
}

std::error_code codec<time_of_day>::decode_text(std::string_view in, time_of_day& out) noexcept {
    return assign(time_of_day::parse(in), out);
}

std::error_code codec<time_with_zone>::encode(time_with_zone value, bytes& out) {
    if (!is_time(value.microseconds) || !is_offset(value.offset)) return errc::value_out_of_range;
    put_i64(out, value.microseconds);
    put_i32(out, -value.offset);  // on the wire it counts westwards
    return {};
}

std::error_code codec<time_with_zone>::decode(bytes_view in, time_with_zone& out) noexcept {
    reader from{in};
    out.microseconds = from.i64();
    const auto west = from.i32();
    if (auto failed = from.finish()) return failed;
    if (!is_time(out.microseconds) || !is_offset(west)) return errc::invalid_value;
    out.offset = -west;
    return {};
}

std::error_code codec<time_with_zone>::encode_text(time_with_zone value, bytes& out) {
    if (!is_time(value.microseconds) || !is_offset(value.offset)) return errc::value_out_of_range;
    write_time_with_zone(value, out);
    return {};
}

std::error_code codec<time_with_zone>::decode_text(std::string_view in, time_with_zone& out) noexcept {
    return assign(time_with_zone::parse(in), out);
}

}  // namespace howdah
