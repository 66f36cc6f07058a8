#include "howdah/types/numeric.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/calendar.hpp"
#include "howdah/types/scanner.hpp"

namespace howdah {
namespace {

constexpr int base = 10'000;
constexpr int digits_per_group = 4;

// src/backend/utils/adt/numeric.c: the signs of the binary form.
constexpr std::uint16_t positive_sign = 0x0000;
constexpr std::uint16_t negative_sign = 0x4000;
constexpr std::uint16_t nan_sign = 0xC000;
constexpr std::uint16_t infinity_sign = 0xD000;
constexpr std::uint16_t negative_infinity_sign = 0xF000;

/// The digits of a number as written, and where its point stands.
struct written_number {
    bool negative = false;
    std::string digits;       // without the point, no zeros in front
    std::int64_t before = 0;  // digits before the point; below zero: zeros after it
    std::int64_t scale = 0;
};

/// [+-]digits[.digits][e[+-]digits], at least one digit.
std::optional<written_number> read_number(std::string_view text) {
    types::scanner in{text};
    written_number out;
    out.negative = in.accept('-');
    if (!out.negative) in.accept('+');
    bool any = false;
    bool after_point = false;
    for (;; in.skip(1)) {
        if (types::is_digit(in.peek())) {
            any = true;
            if (after_point) ++out.scale;
            if (!out.digits.empty() || in.peek() != '0') out.digits.push_back(in.peek());
        } else if (in.peek() == '.' && !after_point) {
            after_point = true;
        } else {
            break;
        }
    }
    std::int64_t exponent = 0;
    if (any && types::lower(in.peek()) == 'e') {
        in.skip(1);
        if (!in.signed_digits(exponent) || std::abs(exponent) > decimal::max_digits_before_point * 2)
            return std::nullopt;
    }
    if (!any || !in.at_end()) return std::nullopt;
    out.before = static_cast<std::int64_t>(out.digits.size()) - out.scale + exponent;
    out.scale = std::max<std::int64_t>(0, out.scale - exponent);
    return out;
}

std::vector<std::int16_t> to_groups(const written_number& number, std::int64_t weight) {
    std::vector<std::int16_t> groups;
    const auto padding = (weight + 1) * digits_per_group - number.before;  // zeros before the first digit of its group
    groups.reserve(number.digits.size() / digits_per_group + 2);
    int group = 0;
    auto filled = padding;
    for (char c : number.digits) {
        group = group * 10 + (c - '0');
        if (++filled == digits_per_group) {
            groups.push_back(static_cast<std::int16_t>(group));
            group = 0;
            filled = 0;
        }
    }
    if (filled > 0) {
        for (; filled < digits_per_group; ++filled) group *= 10;
        groups.push_back(static_cast<std::int16_t>(group));
    }
    return groups;
}

/// Decimal digits after the point that a number with this last group needs.
int needed_scale(std::int32_t weight, const std::vector<std::int16_t>& groups) {
    if (groups.empty()) return 0;
    int zeros = 0;
    for (int last = groups.back(); last % 10 == 0; last /= 10) ++zeros;
    const auto last_weight = weight - static_cast<std::int32_t>(groups.size()) + 1;
    return std::max(0, -last_weight * digits_per_group - zeros);
}

}  // namespace

decimal::decimal(std::int64_t value) {
    negative_ = value < 0;
    set_magnitude(negative_ ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
}

decimal::decimal(std::uint64_t value) { set_magnitude(value); }

void decimal::set_magnitude(std::uint64_t magnitude) {
    for (; magnitude != 0; magnitude /= base) groups_.push_back(static_cast<std::int16_t>(magnitude % base));
    std::ranges::reverse(groups_);
    weight_ = static_cast<std::int32_t>(groups_.size()) - 1;
    drop_zero_groups();
}

void decimal::drop_zero_groups() noexcept {
    while (!groups_.empty() && groups_.back() == 0) groups_.pop_back();
    const auto first = std::ranges::find_if(groups_, [](std::int16_t group) { return group != 0; });
    weight_ -= static_cast<std::int32_t>(first - groups_.begin());
    groups_.erase(groups_.begin(), first);
    if (groups_.empty()) {
        weight_ = 0;
        negative_ = false;
    }
}

std::optional<decimal> decimal::parse(std::string_view text) {
    if (types::same_word(text, "NaN")) return nan();
    const bool signed_word = text.starts_with('-') || text.starts_with('+');
    const auto word = text.substr(signed_word ? 1 : 0);
    if (types::same_word(word, "Infinity") || types::same_word(word, "inf"))
        return text.starts_with('-') ? negative_infinity() : infinity();
    const auto number = read_number(text);
    if (!number || number->scale > max_scale || number->before > max_digits_before_point) return std::nullopt;
    decimal out;
    out.scale_ = static_cast<std::uint16_t>(number->scale);
    if (number->digits.empty()) return out;
    out.negative_ = number->negative;
    out.weight_ = static_cast<std::int32_t>(types::floor_divide(number->before - 1, digits_per_group));
    out.groups_ = to_groups(*number, out.weight_);
    out.drop_zero_groups();
    return out;
}

decimal decimal::from_double(double value) {
    if (std::isnan(value)) return nan();
    if (std::isinf(value)) return value < 0 ? negative_infinity() : infinity();
    char digits[32];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    // A finite double has at most 309 digits before the point and 1,074 after it: always in range.
    return *parse({digits, static_cast<std::size_t>(end - digits)});
}

std::string decimal::to_string() const {
    switch (kind_) {
        case kind::nan: return "NaN";
        case kind::infinity: return "Infinity";
        case kind::negative_infinity: return "-Infinity";
        case kind::finite: return text_of_groups();
    }
    return {};
}

std::string decimal::text_of_groups() const {
    std::string out;
    const auto group_at = [&](std::int32_t weight) {
        const auto index = weight_ - weight;
        return index >= 0 && index < static_cast<std::int32_t>(groups_.size())
                   ? groups_[static_cast<std::size_t>(index)]
                   : 0;
    };
    const auto append_group = [&](int group) {
        for (int unit = base / 10; unit > 0; unit /= 10) out.push_back(static_cast<char>('0' + group / unit % 10));
    };
    if (weight_ >= 0) out.reserve(static_cast<std::size_t>(weight_ + 1) * digits_per_group + scale_ + 2u);
    for (auto weight = weight_; weight >= 0; --weight) append_group(group_at(weight));
    out.erase(0, std::min(out.find_first_not_of('0'), out.size()));
    if (out.empty()) out.push_back('0');
    if (negative_) out.insert(out.begin(), '-');
    if (scale_ == 0) return out;
    out.push_back('.');
    const auto end = out.size() + scale_;
    for (std::int32_t weight = -1; out.size() < end; --weight) append_group(group_at(weight));
    out.resize(end);
    return out;
}

double decimal::to_double() const {
    if (kind_ == kind::nan) return std::numeric_limits<double>::quiet_NaN();
    constexpr auto infinite = std::numeric_limits<double>::infinity();
    if (kind_ != kind::finite) return kind_ == kind::infinity ? infinite : -infinite;
    const auto text = to_string();
    double out = 0;
    const auto failed = std::from_chars(text.data(), text.data() + text.size(), out).ec;
    if (failed != std::errc{}) out = weight_ >= 0 ? (negative_ ? -infinite : infinite) : 0.0;
    return out;
}

std::optional<std::uint64_t> decimal::whole_magnitude() const noexcept {
    if (kind_ != kind::finite) return std::nullopt;
    if (groups_.empty()) return 0;
    if (weight_ < static_cast<std::int32_t>(groups_.size()) - 1 || weight_ > 4) return std::nullopt;
    std::uint64_t out = 0;
    for (std::int32_t i = 0; i <= weight_; ++i) {
        const auto index = static_cast<std::size_t>(i);
        const auto group = static_cast<std::uint64_t>(index < groups_.size() ? groups_[index] : 0);
        if (out > (std::numeric_limits<std::uint64_t>::max() - group) / base) return std::nullopt;
        out = out * base + group;
    }
    return out;
}

int decimal::compare(const decimal& a, const decimal& b) noexcept {
    if (a.kind_ != b.kind_) return a.kind_ < b.kind_ ? -1 : 1;
    if (a.negative_ != b.negative_) return a.negative_ ? -1 : 1;
    const int sign = a.negative_ ? -1 : 1;
    if (a.groups_.empty() != b.groups_.empty()) return a.groups_.empty() ? -sign : sign;
    if (a.weight_ != b.weight_) return a.weight_ < b.weight_ ? -sign : sign;
    const auto order = a.groups_ <=> b.groups_;
    return order < 0 ? -sign : order > 0 ? sign : 0;
}

std::error_code codec<decimal>::encode(const decimal& value, bytes& out) {
    // src/backend/utils/adt/numeric.c, numeric_send: count, weight, sign, scale, groups.
    put_u16(out, static_cast<std::uint16_t>(value.groups_.size()));
    put_i16(out, static_cast<std::int16_t>(value.weight_));
    switch (value.kind_) {
        case decimal::kind::nan: put_u16(out, nan_sign); break;
        case decimal::kind::infinity: put_u16(out, infinity_sign); break;
        case decimal::kind::negative_infinity: put_u16(out, negative_infinity_sign); break;
        case decimal::kind::finite: put_u16(out, value.negative_ ? negative_sign : positive_sign); break;
    }
    put_u16(out, value.scale_);
    for (auto group : value.groups_) put_i16(out, group);
    return {};
}

std::error_code codec<decimal>::decode(bytes_view in, decimal& out) {
    reader bytes_in{in};
    const auto count = bytes_in.u16();
    const auto weight = bytes_in.i16();
    const auto sign = bytes_in.u16();
    const auto scale = bytes_in.u16();
    if (auto failed = types::check_width(bytes_in.rest(), count * sizeof(std::int16_t))) return failed;
    if (!bytes_in.ok()) return errc::truncated;
    if (scale > decimal::max_scale) return errc::invalid_value;
    out = decimal{};
    if (sign == nan_sign) out = decimal::nan();
    else if (sign == infinity_sign) out = decimal::infinity();
    else if (sign == negative_infinity_sign) out = decimal::negative_infinity();
    else if (sign != positive_sign && sign != negative_sign) return errc::invalid_value;
    if (!out.is_finite()) return count == 0 ? std::error_code{} : errc::invalid_value;

    out.scale_ = scale;
    out.weight_ = weight;
    out.negative_ = sign == negative_sign;
    out.groups_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto group = static_cast<std::int16_t>(load_big_endian<std::uint16_t>(in.data() + 8 + 2 * i));
        if (group < 0 || group >= base) return errc::invalid_value;
        out.groups_[i] = group;
    }
    out.drop_zero_groups();
    if (needed_scale(out.weight_, out.groups_) > scale) return errc::invalid_value;
    return {};
}

void codec<decimal>::encode_text(const decimal& value, bytes& out) { append(out, value.to_string()); }

std::error_code codec<decimal>::decode_text(std::string_view in, decimal& out) {
    auto parsed = decimal::parse(in);
    if (!parsed) return errc::invalid_value;
    out = std::move(*parsed);
    return {};
}

}  // namespace howdah
