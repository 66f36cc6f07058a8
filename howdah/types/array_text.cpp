#include <limits>

#include "howdah/base/errc.hpp"
#include "howdah/types/array_form.hpp"
#include "howdah/types/oids.hpp"

namespace howdah::types {

std::error_code array_text::read(std::string_view in, type_ref type, char delimiter) {
    element_type_ = type.element();
    delimiter_ = element_type_.type != oid{} ? element_type_.delimiter() : delimiter;
    if (type.type == oids::int2vector || type.type == oids::oidvector) return read_vector(in);
    scanner from{in};
    from.skip_space();
    if (from.peek() == '[' && !read_bounds(from)) return errc::invalid_value;
    if (!from.accept('{') || !read_level(from, 0)) return errc::invalid_value;
    from.skip_space();
    return from.at_end() ? set_shape() : errc::invalid_value;
}

/// "[0:2][-1:1]="
bool array_text::read_bounds(scanner& in) {
    while (in.accept('[')) {
        std::int64_t lower = 0;
        std::int64_t upper = 0;
        if (!in.signed_digits(lower) || !in.accept(':') || !in.signed_digits(upper) || !in.accept(']')) return false;
        constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
        if (lower < -most || upper > most || upper < lower || upper - lower >= most) return false;
        if (stated_.size() == max_dimensions) return false;
        stated_.push_back({static_cast<std::int32_t>(upper - lower + 1), static_cast<std::int32_t>(lower)});
    }
    return in.accept('=');
}

/// What stands in braces, the opening one read already. Recursion is bounded by max_dimensions.
bool array_text::read_level(scanner& in, std::size_t depth) {
    if (depth == max_dimensions) return false;
    in.skip_space();
    if (depth == 0 && in.accept('}')) return true;
    std::size_t size = 0;
    do {
        in.skip_space();
        if (in.accept('{')) {
            if (rank_ != 0 && rank_ <= depth + 1) return false;
            if (!read_level(in, depth + 1)) return false;
        } else {
            if (rank_ == 0) rank_ = depth + 1;
            if (rank_ != depth + 1 || !read_element(in)) return false;
        }
        ++size;
        in.skip_space();
    } while (in.accept(delimiter_));
    if (!in.accept('}')) return false;
    if (sizes_[depth] == 0) sizes_[depth] = size;
    return sizes_[depth] == size;
}

bool array_text::read_element(scanner& in) {
    if (in.accept('"')) return read_quoted(in);
    const auto text = in.rest();
    const auto ends_it = [&](char c) { return c == delimiter_ || c == '}' || c == '{' || c == '"' || c == '\\'; };
    std::size_t size = 0;
    while (size < text.size() && !ends_it(text[size])) ++size;
    in.skip(size);
    while (size > 0 && is_space(text[size - 1])) --size;
    // The server quotes what holds a backslash; a bare one is no array that it wrote.
    if (size == 0 || in.peek() == '\\') return false;
    const auto bare = text.substr(0, size);
    parts_.push_back({bare.data(), 0, size, same_word(bare, "NULL")});
    return true;
}

bool array_text::read_quoted(scanner& in) {
    const auto text = in.rest();
    const auto plain = text.find_first_of("\"\\");
    if (plain == std::string_view::npos) return false;
    if (text[plain] == '"') {
        parts_.push_back({text.data(), 0, plain, false});
        in.skip(plain + 1);
        return true;
    }
    const auto offset = unescaped_.size();
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') {
            parts_.push_back({nullptr, offset, unescaped_.size() - offset, false});
            in.skip(i + 1);
            return true;
        }
        if (text[i] == '\\' && ++i == text.size()) return false;
        unescaped_.push_back(text[i]);
    }
    return false;
}

/// int2vector and oidvector: numbers with spaces between them, counted from 0.
std::error_code array_text::read_vector(std::string_view in) {
    scanner from{in};
    from.skip_space();
    while (!from.at_end()) {
        const auto size = std::min(from.rest().find(' '), from.rest().size());
        parts_.push_back({from.rest().data(), 0, size, false});
        from.skip(size);
        from.skip_space();
    }
    if (parts_.empty()) return {};
    const dimension only{.size = static_cast<std::int32_t>(parts_.size()), .lower_bound = 0};
    return shape_.assign({&only, 1}, parts_.size());
}

std::error_code array_text::set_shape() {
    std::array<dimension, max_dimensions> found;
    for (std::size_t i = 0; i < rank_; ++i) {
        if (sizes_[i] >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) return errc::invalid_value;
        found[i].size = static_cast<std::int32_t>(sizes_[i]);
        if (i < stated_.size()) found[i].lower_bound = stated_[i].lower_bound;
        if (!stated_.empty() && (stated_.size() != rank_ || stated_[i].size != found[i].size))
            return errc::invalid_value;
    }
    if (rank_ == 0 && !stated_.empty()) return errc::invalid_value;
    return shape_.assign({found.data(), rank_}, parts_.size());
}

field array_text::element(std::size_t i) const noexcept {
    const auto& each = parts_[i];
    const char* start = each.start != nullptr ? each.start : unescaped_.data() + each.offset;
    return {.data = as_bytes({start, each.size}),
            .type = element_type_.type,
            .format = format::text,
            .is_null = each.is_null,
            .known = element_type_.known};
}

array_text_writer::array_text_writer(bytes& out, const array_shape& shape, char delimiter)
    : out_{out}, shape_{shape}, delimiter_{delimiter} {
    bool plain = true;
    for (const auto& each : shape.dimensions()) plain &= each.lower_bound == 1;
    if (plain) return;
    for (const auto& each : shape.dimensions()) {
        append(out_, "[");
        append_number(out_, each.lower_bound);
        append(out_, ":");
        append_number(out_, each.lower_bound + each.size - 1);
        append(out_, "]");
    }
    append(out_, "=");
}

bool array_text_writer::needs_quotes(std::string_view text) const noexcept {
    if (text.empty() || same_word(text, "NULL")) return true;
    for (char c : text)
        if (c == '"' || c == '\\' || c == '{' || c == '}' || c == delimiter_ || is_space(c)) return true;
    return false;
}

void array_text_writer::put(std::string_view text, quoting quote) {
    const auto sizes = shape_.dimensions();
    if (written_ > 0) append(out_, std::string_view{&delimiter_, 1});
    // A brace opens for each dimension that begins anew with this element, and closes for each that ends with it.
    std::size_t block = shape_.count();
    for (const auto& each : sizes) {
        if (written_ % block == 0) append(out_, "{");
        block /= static_cast<std::size_t>(each.size);
    }
    if (quote == quoting::as_needed && needs_quotes(text)) {
        append(out_, "\"");
        for (char c : text) {
            if (c == '"' || c == '\\') append(out_, "\\");
            append(out_, std::string_view{&c, 1});
        }
        append(out_, "\"");
    } else {
        append(out_, text);
    }
    ++written_;
    block = shape_.count();
    for (const auto& each : sizes) {
        if (written_ % block == 0) append(out_, "}");
        block /= static_cast<std::size_t>(each.size);
    }
}

void array_text_writer::finish() {
    if (shape_.count() == 0) append(out_, "{}");
}

}  // namespace howdah::types
