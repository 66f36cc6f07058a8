#include "howdah/observe/audit/chain.hpp"

#include <charconv>

#include "howdah/base/digest.hpp"

namespace howdah::observe {
namespace {

constexpr std::string_view begin = "{\"n\":", before_previous = ",\"previous\":\"", before_hash = "\"hash\":\"",
                           end = "\"}";
constexpr std::size_t hash_size = 64;

}  // namespace

std::string audit_hash(std::string_view text, const secret_string& key) {
    return (key.empty() ? sha_256(text) : hmac_sha_256(key.reveal(), text)).hexadecimal();
}

std::optional<audit_link> read_audit_line(std::string_view line, const secret_string& key) {
    const auto tail = before_hash.size() + hash_size + end.size();
    if (line.size() < tail || !line.starts_with(begin) || !line.ends_with(end)) return std::nullopt;
    const auto hashed = line.substr(0, line.size() - tail);
    if (line.substr(hashed.size(), before_hash.size()) != before_hash) return std::nullopt;
    audit_link out;
    out.hash = line.substr(hashed.size() + before_hash.size(), hash_size);
    if (audit_hash(hashed, key) != out.hash) return std::nullopt;
    const auto digits = line.substr(begin.size());
    if (std::from_chars(digits.data(), digits.data() + digits.size(), out.number).ec != std::errc{})
        return std::nullopt;
    return out;
}

std::string_view previous_of(std::string_view line) noexcept {
    const auto at = line.find(before_previous);
    if (at == std::string_view::npos) return {};
    const auto rest = line.substr(at + before_previous.size());
    return rest.substr(0, rest.find('"'));
}

}  // namespace howdah::observe
