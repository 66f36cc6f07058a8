#include "howdah/types/interval.hpp"

#include <utility>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/calendar.hpp"

namespace howdah {
namespace {

using types::scanner;

/// Adds up the parts of an interval, and notes when one does not fit.
class interval_sum {
public:
    void add_months(std::int64_t count, std::int64_t each) { add(months_, count, each); }
    void add_days(std::int64_t count, std::int64_t each) { add(days_, count, each); }
    void add_microseconds(std::int64_t count, std::int64_t each) { add(microseconds_, count, each); }

    std::optional<interval> result() const noexcept {
        if (overflow_ || !std::in_range<std::int32_t>(months_) || !std::in_range<std::int32_t>(days_))
            return std::nullopt;
        return interval{static_cast<std::int32_t>(months_), static_cast<std::int32_t>(days_), microseconds_};
    }

private:
    void add(std::int64_t& sum, std::int64_t count, std::int64_t each) noexcept {
        std::int64_t product = 0;
        overflow_ |= __builtin_mul_overflow(count, each, &product) || __builtin_add_overflow(sum, product, &sum);
    }

    std::int64_t months_ = 0;
    std::int64_t days_ = 0;
    std::int64_t microseconds_ = 0;
    bool overflow_ = false;
};

/// [+-]hours:mm:ss[.ffffff]
bool read_clock(scanner& in, interval_sum& sum) noexcept {
    const bool negative = in.accept('-');
    if (!negative) in.accept('+');
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    std::int64_t seconds = 0;
    std::int64_t fraction = 0;
    if (!in.digits(2, 10, hours) || !in.accept(':') || !in.digits(2, 2, minutes)) return false;
    if (in.accept(':') && !in.digits(2, 2, seconds)) return false;
    if (in.accept('.') && !in.microseconds(fraction)) return false;
    if (minutes > 59 || seconds > 59) return false;
    const int sign = negative ? -1 : 1;
    sum.add_microseconds(sign * hours, types::microseconds_per_hour);
    sum.add_microseconds(sign * minutes, types::microseconds_per_minute);
    sum.add_microseconds(sign * seconds, types::microseconds_per_second);
    sum.add_microseconds(sign * fraction, 1);
    return true;
}

/// "2 mons" and its like.
bool read_counted_unit(scanner& in, interval_sum& sum) noexcept {
    std::int64_t count = 0;
    if (!in.signed_digits(count) || !in.accept(' ')) return false;
    if (in.accept("year")) sum.add_months(count, 12);
    else if (in.accept("mon")) sum.add_months(count, 1);
    else if (in.accept("day")) sum.add_days(count, 1);
    else return false;
    in.accept('s');
    return in.at_end() || in.peek() == ' ';
}

std::optional<interval> parse_own_style(std::string_view text) noexcept {
    scanner in{text};
    interval_sum sum;
    if (in.at_end()) return std::nullopt;
    while (!in.at_end()) {
        const scanner before = in;
        if (!read_counted_unit(in, sum)) {
            in = before;
            if (!read_clock(in, sum) || !in.at_end()) return std::nullopt;
        } else if (!in.at_end()) {
            in.accept(' ');
            if (in.at_end()) return std::nullopt;
        }
    }
    return sum.result();
}

/// One "3D" or, after the T, "6.7S".
bool read_designated(scanner& in, interval_sum& sum, bool in_time) noexcept {
    const bool negative = in.peek() == '-';
    std::int64_t count = 0;
    std::int64_t fraction = 0;
    if (!in.signed_digits(count)) return false;
    const bool has_fraction = in.accept('.');
    if (has_fraction && !in.microseconds(fraction)) return false;
    const char unit = in.peek();
    in.skip(1);
    if (has_fraction && unit != 'S') return false;
    if (!in_time && unit == 'Y') sum.add_months(count, 12);
    else if (!in_time && unit == 'M') sum.add_months(count, 1);
    else if (!in_time && unit == 'W') sum.add_days(count, 7);
    else if (!in_time && unit == 'D') sum.add_days(count, 1);
    else if (in_time && unit == 'H') sum.add_microseconds(count, types::microseconds_per_hour);
    else if (in_time && unit == 'M') sum.add_microseconds(count, types::microseconds_per_minute);
    else if (in_time && unit == 'S') sum.add_microseconds(count, types::microseconds_per_second);
    else return false;
    sum.add_microseconds(negative ? -fraction : fraction, 1);
    return true;
}

std::optional<interval> parse_iso(std::string_view text) noexcept {
    scanner in{text};
    interval_sum sum;
    in.skip(1);  // P
    if (in.at_end()) return std::nullopt;
    bool in_time = false;
    while (!in.at_end()) {
        if (!in_time && in.accept('T')) in_time = true;
        if (!read_designated(in, sum, in_time)) return std::nullopt;
    }
    return sum.result();
}

/// Writes as EncodeInterval of src/backend/utils/adt/datetime.c does: after a negative part, a positive one has a plus.
class interval_writer {
public:
    explicit interval_writer(bytes& out) : out_{out} {}

    void count(std::int32_t value, std::string_view unit) {
        if (value == 0) return;
        start();
        if (after_negative_ && value > 0) append(out_, "+");
        types::append_number(out_, value);
        append(out_, " ");
        append(out_, unit);
        if (value != 1) append(out_, "s");
        after_negative_ = value < 0;
    }

    void clock(std::int64_t microseconds) {
        if (microseconds == 0 && !empty_) return;
        start();
        if (microseconds < 0) append(out_, "-");
        else if (after_negative_) append(out_, "+");
        const auto size =
            microseconds < 0 ? 0 - static_cast<std::uint64_t>(microseconds) : static_cast<std::uint64_t>(microseconds);
        const auto hour = static_cast<std::uint64_t>(types::microseconds_per_hour);
        types::append_number(out_, static_cast<std::int64_t>(size / hour), 2);
        bytes rest;
        types::append_time(rest, static_cast<std::int64_t>(size % hour));
        append(out_, as_text(rest).substr(2));
    }

private:
    void start() {
        if (!empty_) append(out_, " ");
        empty_ = false;
    }

    bytes& out_;
    bool empty_ = true;
    bool after_negative_ = false;
};

}  // namespace

std::optional<interval> interval::parse(std::string_view text) noexcept {
    if (text == "infinity") return infinity();
    if (text == "-infinity") return negative_infinity();
    return text.starts_with('P') ? parse_iso(text) : parse_own_style(text);
}

std::string interval::to_string() const {
    bytes out;
    codec<interval>::encode_text(*this, out);
    return std::string{as_text(out)};
}

interval codec<interval>::load(const std::byte* in) noexcept {
    return {.months = static_cast<std::int32_t>(load_big_endian<std::uint32_t>(in + 12)),
            .days = static_cast<std::int32_t>(load_big_endian<std::uint32_t>(in + 8)),
            .microseconds = static_cast<std::int64_t>(load_big_endian<std::uint64_t>(in))};
}

void codec<interval>::encode(const interval& value, bytes& out) {
    put_i64(out, value.microseconds);
    put_i32(out, value.days);
    put_i32(out, value.months);
}

std::error_code codec<interval>::decode(bytes_view in, interval& out) noexcept {
    if (auto failed = types::check_width(in, fixed_width)) return failed;
    out = load(in.data());
    return {};
}

void codec<interval>::encode_text(const interval& value, bytes& out) {
    if (!value.is_finite()) return append(out, value == interval::infinity() ? "infinity" : "-infinity");
    interval_writer to{out};
    to.count(value.months / 12, "year");
    to.count(value.months % 12, "mon");
    to.count(value.days, "day");
    to.clock(value.microseconds);
}

std::error_code codec<interval>::decode_text(std::string_view in, interval& out) noexcept {
    const auto parsed = interval::parse(in);
    if (!parsed) return errc::invalid_value;
    out = *parsed;
    return {};
}

}  // namespace howdah
