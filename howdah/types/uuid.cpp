#include "howdah/types/uuid.hpp"

#include "howdah/types/hexadecimal.hpp"

namespace howdah {

std::optional<uuid> uuid::parse(std::string_view text) noexcept {
    if (text.starts_with('{')) {
        if (!text.ends_with('}')) return std::nullopt;
        text = text.substr(1, text.size() - 2);
    }
    uuid out;
    for (std::size_t i = 0; i < out.octets.size(); ++i) {
        if (i > 0 && i % 2 == 0 && text.starts_with('-')) text.remove_prefix(1);
        if (text.size() < 2) return std::nullopt;
        const int high = types::hex_value(text[0]);
        const int low = types::hex_value(text[1]);
        if (high < 0 || low < 0) return std::nullopt;
        out.octets[i] = static_cast<std::byte>(high * 16 + low);
        text.remove_prefix(2);
    }
    return text.empty() ? std::optional{out} : std::nullopt;
}

std::string uuid::to_string() const {
    bytes out;
    codec<uuid>::encode_text(*this, out);
    return std::string{as_text(out)};
}

void codec<uuid>::encode_text(const uuid& value, bytes& out) {
    for (std::size_t i = 0; i < value.octets.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) append(out, "-");
        types::append_hex_digits(out, value.octets[i]);
    }
}

std::error_code codec<uuid>::decode_text(std::string_view in, uuid& out) noexcept {
    const auto parsed = uuid::parse(in);
    if (!parsed) return errc::invalid_value;
    out = *parsed;
    return {};
}

}  // namespace howdah
