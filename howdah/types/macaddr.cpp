#include "howdah/types/macaddr.hpp"

#include "howdah/types/hexadecimal.hpp"

namespace howdah {

template <std::size_t N>
std::optional<hardware_address<N>> hardware_address<N>::parse(std::string_view text) noexcept {
    constexpr std::string_view separators = ":-.";
    hardware_address out;
    for (std::size_t i = 0; i < N; ++i) {
        if (i > 0 && !text.empty() && separators.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
        if (text.size() < 2) return std::nullopt;
        const int high = types::hex_value(text[0]);
        const int low = types::hex_value(text[1]);
        if (high < 0 || low < 0) return std::nullopt;
        out.octets[i] = static_cast<std::byte>(high * 16 + low);
        text.remove_prefix(2);
    }
    return text.empty() ? std::optional{out} : std::nullopt;
}

template <std::size_t N>
std::string hardware_address<N>::to_string() const {
    bytes out;
    for (std::size_t i = 0; i < N; ++i) {
        if (i > 0) append(out, ":");
        types::append_hex_digits(out, octets[i]);
    }
    return std::string{as_text(out)};
}

template struct hardware_address<6>;
template struct hardware_address<8>;

}  // namespace howdah
