#include "howdah/types/hstore.hpp"

#include <limits>
#include <utility>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/scanner.hpp"
#include "howdah/types/text.hpp"

namespace howdah {
namespace {

// Of the binary form: two lengths.
constexpr std::size_t least_pair_width = 8;
constexpr std::int32_t null_length = -1;

std::error_code encode_string(std::string_view text, bytes& out) {
    if (std::cmp_greater(text.size(), std::numeric_limits<std::int32_t>::max())) return errc::message_too_large;
    put_i32(out, static_cast<std::int32_t>(text.size()));
    return types::append_text(out, text);
}

std::error_code decode_string(reader& in, std::int32_t length, std::string& out) {
    if (length < 0) return errc::invalid_value;
    out.assign(as_text(in.take(static_cast<std::size_t>(length))));
    return in.ok() ? std::error_code{} : errc::truncated;
}

std::error_code decode_pair(reader& in, hstore& out) {
    std::string key;
    if (auto failed = decode_string(in, in.i32(), key)) return failed;
    std::optional<std::string> value;
    const auto length = in.i32();
    if (!in.ok()) return errc::truncated;
    if (length != null_length)
        if (auto failed = decode_string(in, length, value.emplace())) return failed;
    return out.emplace(std::move(key), std::move(value)).second ? std::error_code{} : errc::invalid_value;
}

std::error_code append_quoted(bytes& out, std::string_view text) {
    append(out, "\"");
    for (const char& c : text) {
        if (c == '\0') return errc::invalid_encoding;
        if (c == '"' || c == '\\') append(out, "\\");
        append(out, std::string_view{&c, 1});
    }
    append(out, "\"");
    return {};
}

bool read_quoted(types::scanner& in, std::string& out) {
    out.clear();
    if (!in.accept('"')) return false;
    while (!in.at_end() && in.peek() != '"') {
        if (in.accept('\\') && in.at_end()) return false;
        out.push_back(in.peek());
        in.skip(1);
    }
    return in.accept('"');
}

bool read_pair(types::scanner& in, hstore& out) {
    std::string key;
    std::optional<std::string> value;
    if (!read_quoted(in, key) || !in.accept("=>")) return false;
    if (!in.accept("NULL") && !read_quoted(in, value.emplace())) return false;
    return out.emplace(std::move(key), std::move(value)).second;
}

}  // namespace

// contrib/hstore/hstore_io.c, hstore_send: the number of pairs, then keys and values with their lengths.
std::error_code codec<hstore>::encode(const hstore& value, bytes& out) {
    if (std::cmp_greater(value.size(), std::numeric_limits<std::int32_t>::max())) return errc::message_too_large;
    put_i32(out, static_cast<std::int32_t>(value.size()));
    for (const auto& [key, each] : value) {
        if (auto failed = encode_string(key, out)) return failed;
        if (!each) put_i32(out, null_length);
        else if (auto failed = encode_string(*each, out)) return failed;
    }
    return {};
}

std::error_code codec<hstore>::decode(bytes_view in, hstore& out) {
    reader from{in};
    const auto count = from.i32();
    if (!from.ok()) return errc::truncated;
    if (count < 0) return errc::invalid_value;
    if (std::cmp_greater(count, from.remaining() / least_pair_width)) return errc::truncated;
    out.clear();
    for (std::int32_t i = 0; i < count; ++i)
        if (auto failed = decode_pair(from, out)) return failed;
    return from.finish();
}

std::error_code codec<hstore>::encode_text(const hstore& value, bytes& out) {
    bool first = true;
    for (const auto& [key, each] : value) {
        if (!std::exchange(first, false)) append(out, ", ");
        if (auto failed = append_quoted(out, key)) return failed;
        append(out, "=>");
        if (!each) append(out, "NULL");
        else if (auto failed = append_quoted(out, *each)) return failed;
    }
    return {};
}

std::error_code codec<hstore>::decode_text(std::string_view in, hstore& out) {
    types::scanner from{in};
    out.clear();
    while (!from.at_end()) {
        if (!out.empty() && !from.accept(", ")) return errc::invalid_value;
        if (!read_pair(from, out)) return errc::invalid_value;
    }
    return {};
}

}  // namespace howdah
