#include "howdah/core/page_token.hpp"

#include <utility>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"

namespace howdah::core {
namespace {

constexpr std::uint8_t version = 1;

}  // namespace

page_tokens::page_tokens(secret_string key) : key_{std::move(key), "page tokens"} {}

std::string page_tokens::make(std::uint64_t statement, const std::vector<std::string>& values) const {
    bytes out;
    put_u8(out, version);
    put_u64(out, statement);
    for (const auto& v : values) {
        put_u32(out, static_cast<std::uint32_t>(v.size()));
        append(out, v);
    }
    return key_.sign(std::move(out));
}

std::optional<std::vector<std::string>> page_tokens::read(std::uint64_t statement, std::string_view token) const {
    const auto content = key_.read(token);
    if (!content) return std::nullopt;
    reader in{*content};
    if (in.u8() != version || in.u64() != statement) return std::nullopt;
    std::vector<std::string> values;
    while (in.ok() && in.remaining() != 0) values.emplace_back(as_text(in.take(in.u32())));
    if (in.finish()) return std::nullopt;
    return values;
}

}  // namespace howdah::core
