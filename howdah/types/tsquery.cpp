#include "howdah/types/tsquery.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"

namespace howdah {
namespace {

using node = tsquery::node;
using operation = tsquery::operation;

// src/include/tsearch/ts_type.h, QI_VAL and QI_OPR
constexpr std::uint8_t operand_item = 1;
constexpr std::uint8_t operator_item = 2;
constexpr std::uint8_t all_weights = 0x0F;

// Of the binary form: an operator's two bytes.
constexpr std::size_t least_node_width = 2;

std::error_code check(const std::vector<node>& nodes) noexcept {
    for (const auto& each : nodes) {
        if (each.text.find('\0') != std::string::npos) return errc::invalid_encoding;
        if (each.weights > all_weights || each.distance > tsquery::max_distance) return errc::value_out_of_range;
    }
    return {};
}

std::error_code decode_operand(reader& in, node& out) {
    out.weights = in.u8();
    const auto prefix = in.u8();
    out.text.assign(in.cstring());
    if (out.weights > all_weights || prefix > 1) return errc::invalid_value;
    out.how = prefix == 1 ? tsquery::match::prefix : tsquery::match::whole;
    return {};
}

std::error_code decode_operator(reader& in, node& out) {
    const auto what = in.u8();
    if (what < static_cast<std::uint8_t>(operation::negate) || what > static_cast<std::uint8_t>(operation::phrase))
        return in.ok() ? errc::invalid_value : errc::truncated;
    out.what = static_cast<operation>(what);
    if (out.what == operation::phrase) out.distance = in.u16();
    return out.distance > tsquery::max_distance ? errc::invalid_value : std::error_code{};
}

std::error_code decode_node(reader& in, node& out) {
    const auto item = in.u8();
    if (item == operand_item) return decode_operand(in, out);
    if (item == operator_item) return decode_operator(in, out);
    return in.ok() ? errc::invalid_value : errc::truncated;
}

/// Every operator has its operands before it, and nothing is left over.
bool is_one_tree(const std::vector<node>& nodes) noexcept {
    std::size_t complete = 0;
    for (const auto& each : nodes) {
        const std::size_t taken = each.what == operation::operand ? 0 : each.what == operation::negate ? 1 : 2;
        if (complete < taken) return false;
        complete = complete - taken + 1;
    }
    return complete == 1 || nodes.empty();
}

}  // namespace

tsquery tsquery::lexeme(std::string text, match how, std::uint8_t weights) {
    tsquery out;
    out.nodes_.push_back({.text = std::move(text), .how = how, .weights = weights});
    return out;
}

tsquery tsquery::followed_by(const tsquery& first, const tsquery& second, std::uint16_t distance) {
    return join(first, second, {.what = operation::phrase, .text = {}, .distance = distance});
}

/// A query of nothing joins as nothing: as stop words do on the server.
tsquery tsquery::join(const tsquery& a, const tsquery& b, node by) {
    if (a.nodes_.empty()) return b;
    if (b.nodes_.empty()) return a;
    tsquery out = a;
    out.nodes_.insert(out.nodes_.end(), b.nodes_.begin(), b.nodes_.end());
    out.nodes_.push_back(std::move(by));
    return out;
}

tsquery tsquery::operator!() const {
    tsquery out = *this;
    if (!out.nodes_.empty()) out.nodes_.push_back({.what = operation::negate, .text = {}});
    return out;
}

// src/backend/utils/adt/tsquery.c, tsquerysend: prefix order, the right operand first, which is ours from the end.
std::error_code codec<tsquery>::encode(const tsquery& value, bytes& out) {
    if (auto failed = check(value.nodes_)) return failed;
    put_u32(out, static_cast<std::uint32_t>(value.nodes_.size()));
    for (const auto& each : std::views::reverse(value.nodes_)) {
        if (each.what == operation::operand) {
            put_u8(out, operand_item);
            put_u8(out, each.weights);
            put_u8(out, each.how == tsquery::match::prefix ? 1 : 0);
            put_cstring(out, each.text);
        } else {
            put_u8(out, operator_item);
            put_u8(out, static_cast<std::uint8_t>(each.what));
            if (each.what == operation::phrase) put_u16(out, each.distance);
        }
    }
    return {};
}

std::error_code codec<tsquery>::decode(bytes_view in, tsquery& out) {
    reader from{in};
    const auto count = from.u32();
    if (!from.ok() || count > from.remaining() / least_node_width) return errc::truncated;
    out.nodes_.clear();
    for (std::uint32_t i = 0; i < count; ++i)
        if (auto failed = decode_node(from, out.nodes_.emplace_back())) return failed;
    if (auto failed = from.finish()) return failed;
    std::ranges::reverse(out.nodes_);
    return is_one_tree(out.nodes_) ? std::error_code{} : errc::invalid_value;
}

std::error_code codec<tsquery>::encode_text(const tsquery& value, bytes& out) {
    if (auto failed = check(value.nodes_)) return failed;
    append(out, value.to_string());
    return {};
}

std::error_code codec<tsquery>::decode_text(std::string_view in, tsquery& out) {
    auto parsed = tsquery::parse(in);
    if (!parsed) return errc::invalid_value;
    out = std::move(*parsed);
    return {};
}

}  // namespace howdah
