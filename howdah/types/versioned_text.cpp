#include "howdah/types/versioned_text.hpp"

#include "howdah/types/text.hpp"

namespace howdah::types {
namespace {

constexpr std::byte version{1};

}  // namespace

std::error_code append_versioned_text(bytes& out, std::string_view text) {
    out.push_back(version);
    return append_text(out, text);
}

std::error_code read_versioned_text(bytes_view in, std::string_view& out) noexcept {
    if (in.empty()) return errc::truncated;
    if (in.front() != version) return errc::invalid_value;
    out = as_text(in.subspan(1));
    return {};
}

}  // namespace howdah::types
