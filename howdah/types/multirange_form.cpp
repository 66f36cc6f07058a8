#include "howdah/types/multirange_form.hpp"

#include <limits>

#include "howdah/base/errc.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/builtin_types.hpp"
#include "howdah/types/scanner.hpp"
#include "howdah/types/type_map.hpp"

namespace howdah::types {
namespace {

/// Bytes of the text up to the end of its first range; 0 if it does not end.
std::size_t range_size(std::string_view in) noexcept {
    bool quoted = false;
    for (std::size_t i = 0; i < in.size(); ++i) {
        if (in[i] == '\\') ++i;
        else if (in[i] == '"') quoted = !quoted;
        else if (!quoted && i > 0 && (in[i] == ')' || in[i] == ']')) return i + 1;
    }
    return 0;
}

std::string_view without_space(std::string_view in) noexcept {
    scanner from{in};
    from.skip_space();
    return from.rest();
}

}  // namespace

type_ref range_in(type_ref multirange) noexcept {
    if (const auto built_in = range_of_multirange(multirange.type); built_in != oid{})
        return multirange.related(built_in);
    const auto* d = multirange.description();
    return multirange.related(d != nullptr && d->kind == type_kind::multirange ? d->bound : oid{});
}

std::error_code multirange_reader::open(const field& in) noexcept {
    range_type_ = range_in(in.ref());
    format_ = in.format;
    if (format_ == format::binary) {
        in_ = reader{in.data};
        left_ = in_.u32();
        // Each has a length and its flags.
        const bool fits = in_.ok() && left_ <= in_.remaining() / (sizeof(std::int32_t) + 1);
        return fits ? std::error_code{} : errc::truncated;
    }
    rest_ = without_space(in.text());
    if (!rest_.starts_with('{')) return errc::invalid_value;
    rest_ = without_space(rest_.substr(1));
    return {};
}

bool multirange_reader::next(field& out) noexcept {
    if (failed_) return false;
    out = {.data = {}, .type = range_type_.type, .format = format_, .known = range_type_.known};
    return format_ == format::binary ? next_binary(out) : next_text(out);
}

bool multirange_reader::next_binary(field& out) noexcept {
    if (left_ == 0) return false;
    --left_;
    const auto length = in_.u32();
    out.data = in_.take(length);
    return in_.ok() || fail(errc::truncated);
}

bool multirange_reader::next_text(field& out) noexcept {
    if (rest_.starts_with('}')) {
        rest_ = without_space(rest_.substr(1));
        return !rest_.empty() && fail(errc::invalid_value);
    }
    if (any_) {
        if (!rest_.starts_with(',')) return fail(errc::invalid_value);
        rest_ = without_space(rest_.substr(1));
    }
    const auto size = range_size(rest_);
    if (size == 0) return fail(errc::invalid_value);
    out.data = as_bytes(rest_.substr(0, size));
    rest_ = without_space(rest_.substr(size));
    any_ = true;
    return true;
}

bool multirange_reader::fail(std::error_code why) noexcept {
    failed_ = why;
    return false;
}

std::error_code multirange_reader::finish() const noexcept {
    if (failed_ || format_ == format::text) return failed_;
    return in_.finish();
}

multirange_writer::multirange_writer(bytes& out, std::uint32_t ranges) : out_{out} { put_u32(out_, ranges); }

void multirange_writer::begin_range() {
    length_at_ = out_.size();
    put_i32(out_, 0);
}

std::error_code multirange_writer::end_range() {
    const auto length = out_.size() - length_at_ - sizeof(std::int32_t);
    if (length > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) return errc::message_too_large;
    store_big_endian(out_.data() + length_at_, static_cast<std::uint32_t>(length));
    return {};
}

}  // namespace howdah::types
