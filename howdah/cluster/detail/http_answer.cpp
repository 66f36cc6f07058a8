#include "howdah/cluster/detail/http_answer.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

#include "howdah/base/error.hpp"

namespace howdah::clustering {
namespace {

struct parts {
    std::string_view status, header, body;
};

std::optional<parts> split(std::string_view answer) noexcept {
    constexpr std::string_view line = "\r\n", empty_line = "\r\n\r\n";
    const auto end = answer.find(empty_line);
    if (end == std::string_view::npos) return std::nullopt;
    const auto status_ends = answer.find(line);
    return parts{.status = answer.substr(0, status_ends),
                 .header = answer.substr(status_ends, end + line.size() - status_ends),
                 .body = answer.substr(end + empty_line.size())};
}

// The value of a field, in a header of "\r\nName: value" lines.
std::optional<std::string_view> field(std::string_view header, std::string_view name) noexcept {
    const std::string start = "\r\n" + std::string{name} + ":";
    const auto found = std::ranges::search(header, start, [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    });
    if (found.empty()) return std::nullopt;
    auto value = header.substr(static_cast<std::size_t>(found.end() - header.begin()));
    value = value.substr(0, value.find("\r\n"));
    const auto begins = std::min(value.find_first_not_of(" \t"), value.size());
    value.remove_prefix(begins);
    return value.substr(0, value.find_last_not_of(" \t") + 1);
}

std::optional<std::size_t> content_length(std::string_view header) noexcept {
    const auto digits = field(header, "content-length");
    std::size_t out = 0;
    if (!digits) return std::nullopt;
    const auto [end, failure] = std::from_chars(digits->data(), digits->data() + digits->size(), out);
    return failure == std::errc{} && end == digits->data() + digits->size() ? std::optional{out} : std::nullopt;
}

// What a server says, short and printable.
std::string beginning_of(std::string_view said) {
    constexpr std::size_t enough = 80;
    std::string out{said.substr(0, enough)};
    std::ranges::replace_if(out, [](char c) { return c < ' ' || c > '~'; }, '.');
    return "\"" + out + (said.size() > enough ? "...\"" : "\"");
}

}  // namespace

std::string http_request(const endpoint& to, std::string_view path) {
    return "GET " + std::string{path} + " HTTP/1.0\r\nHost: " + to.to_string() +
           "\r\nAccept: application/json\r\nConnection: close\r\n\r\n";
}

bool is_whole_http_answer(std::string_view so_far) noexcept {
    const auto p = split(so_far);
    if (!p) return false;
    const auto length = content_length(p->header);
    return length && p->body.size() >= *length;
}

std::string_view http_body(std::string_view answer) {
    constexpr std::string_view version = "HTTP/1.", ok = " 200";
    const auto refuse = [&](const std::string& why) {
        return error{errc::protocol_violation, why + ": " + beginning_of(answer)};
    };
    const auto p = split(answer);
    if (!answer.starts_with(version)) throw error{refuse("the answer is no HTTP")};
    if (!p) throw error{refuse("the answer ends in its header")};
    if (p->status.substr(std::min(version.size() + 1, p->status.size()), ok.size()) != ok)
        throw error{refuse("the answer is none of the status 200")};
    if (field(p->header, "transfer-encoding")) throw error{refuse("the answer is encoded, which HTTP/1.0 is not")};
    if (!field(p->header, "content-length")) return p->body;
    const auto length = content_length(p->header);
    if (!length) throw error{refuse("the answer has a length that is none")};
    if (p->body.size() < *length) throw error{refuse("the answer ends too early")};
    return p->body.substr(0, *length);
}

}  // namespace howdah::clustering
