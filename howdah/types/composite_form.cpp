#include "howdah/types/composite_form.hpp"

#include <cstdint>
#include <limits>
#include <utility>

#include "howdah/base/errc.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/scanner.hpp"
#include "howdah/types/type_map.hpp"

namespace howdah::types {

std::error_code composite_reader::open(const field& in, std::size_t fields) noexcept {
    in_ = reader{in.data};
    known_ = in.known;
    const auto count = in_.i32();
    if (!in_.ok()) return errc::truncated;
    return std::cmp_equal(count, fields) ? std::error_code{} : errc::column_count_mismatch;
}

std::error_code composite_reader::next(field& out) noexcept {
    const auto type = oid{in_.u32()};
    const auto length = in_.i32();
    if (!in_.ok()) return errc::truncated;
    if (length < -1) return errc::invalid_value;
    out = {.data = {}, .type = type, .format = format::binary, .is_null = length == -1, .known = known_};
    if (length > 0) out.data = in_.take(static_cast<std::size_t>(length));
    return in_.ok() ? std::error_code{} : errc::truncated;
}

composite_writer::composite_writer(bytes& out, std::size_t fields) : out_{out} {
    put_i32(out_, static_cast<std::int32_t>(fields));
}

void composite_writer::null(oid type) {
    put_u32(out_, static_cast<std::uint32_t>(type));
    put_i32(out_, -1);
}

void composite_writer::begin_field(oid type) {
    put_u32(out_, static_cast<std::uint32_t>(type));
    length_at_ = out_.size();
    put_i32(out_, 0);
}

std::error_code composite_writer::end_field() {
    const auto length = out_.size() - length_at_ - sizeof(std::int32_t);
    if (length > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) return errc::message_too_large;
    store_big_endian(out_.data() + length_at_, static_cast<std::uint32_t>(length));
    return {};
}

std::error_code composite_text::open(const field& in, std::size_t fields) {
    const auto text = in.text();
    if (!text.starts_with('(') || !text.ends_with(')')) return errc::invalid_value;
    rest_ = text.substr(1);
    type_ = in.ref();
    read_ = 0;
    left_ = fields;
    return {};
}

std::error_code composite_text::next(field& out) {
    const auto* d = type_.description();
    out = {.data = {},
           .type = d != nullptr && read_ < d->attributes.size() ? d->attributes[read_].type : oid{},
           .format = format::text,
           .is_null = rest_.starts_with(',') || rest_ == ")",
           .known = type_.known};
    ++read_;
    if (!out.is_null) {
        if (!read_doubled_quotes(rest_, ",)", unescaped_)) return errc::invalid_value;
        out.data = as_bytes(unescaped_);
    }
    if (--left_ == 0) return {};
    if (!rest_.starts_with(',')) return rest_ == ")" ? errc::column_count_mismatch : errc::invalid_value;
    rest_.remove_prefix(1);
    return {};
}

std::error_code composite_text::finish() const noexcept {
    if (rest_ == ")") return {};
    return rest_.starts_with(',') ? errc::column_count_mismatch : errc::invalid_value;
}

void composite_text_writer::separate() {
    if (!std::exchange(first_, false)) append(out_, ",");
}

void composite_text_writer::field(std::string_view text) {
    separate();
    bool quote = text.empty();
    for (char c : text) quote |= c == '"' || c == '\\' || c == '(' || c == ')' || c == ',' || is_space(c);
    if (quote) append_doubling_quotes(out_, text);
    else append(out_, text);
}

void append_doubling_quotes(bytes& out, std::string_view text) {
    append(out, "\"");
    for (char c : text) {
        if (c == '"' || c == '\\') append(out, std::string_view{&c, 1});
        append(out, std::string_view{&c, 1});
    }
    append(out, "\"");
}

bool read_doubled_quotes(std::string_view& in, std::string_view ends, std::string& unquoted) {
    unquoted.clear();
    bool quoted = false;
    std::size_t at = 0;
    for (; at < in.size(); ++at) {
        const char c = in[at];
        if (!quoted && ends.find(c) != std::string_view::npos) break;
        if (c == '\\') {
            if (++at == in.size()) return false;
            unquoted.push_back(in[at]);
        } else if (c != '"') {
            unquoted.push_back(c);
        } else if (quoted && in.substr(at + 1).starts_with('"')) {
            unquoted.push_back(c);
            ++at;
        } else {
            quoted = !quoted;
        }
    }
    in.remove_prefix(at);
    return !quoted;
}

}  // namespace howdah::types
