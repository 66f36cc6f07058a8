#include "howdah/observe/statement_comment.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/base/percent_encoding.hpp"

namespace howdah {
namespace {

std::string percent_encoded(std::string_view text) {
    std::string out;
    append_percent_encoded(out, text);
    return out;
}

// Lower-case hexadecimal digits, and not all of them zero.
bool is_id(std::string_view text, std::size_t digits) {
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return text.size() == digits && std::ranges::all_of(text, is_digit) &&
           text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::string trace_context::traceparent() const {
    if (!is_id(trace_id, 32) || !is_id(span_id, 16)) return {};
    std::array<char, 8> tail{};
    std::snprintf(tail.data(), tail.size(), "-%02x", static_cast<unsigned>(flags));
    return "00-" + trace_id + '-' + span_id + tail.data();
}

statement_comment& statement_comment::tag(std::string_view name, std::string_view value) {
    if (name.empty()) throw error{errc::invalid_option, "a tag of a statement_comment has no name"};
    auto key = percent_encoded(name), content = percent_encoded(value);
    const auto before = tags_.find(key);
    const auto freed = before == tags_.end() ? 0 : before->first.size() + before->second.size();
    const auto bytes = bytes_ - freed + key.size() + content.size();
    if (bytes > most_bytes)
        throw error{errc::invalid_option,
                    "the tags of a statement_comment take more than " + std::to_string(most_bytes) + " bytes"};
    tags_.insert_or_assign(std::move(key), std::move(content));
    bytes_ = bytes;
    return *this;
}

statement_comment& statement_comment::trace(trace_context context) {
    const auto parent = context.traceparent();
    if (parent.empty())
        throw error{errc::invalid_option,
                    "a trace has an id of 32 lower-case hexadecimal digits and a span's of 16, not all zero"};
    tag("traceparent", parent);
    if (!context.state.empty()) tag("tracestate", context.state);
    trace_ = std::move(context);
    return *this;
}

std::string statement_comment::text() const {
    if (tags_.empty()) return {};
    std::string out = "/*";
    for (const auto& [name, value] : tags_) {
        if (out.size() > 2) out += ',';
        out.append(name).append("='").append(value).append("'");
    }
    return out += "*/";
}

}  // namespace howdah
