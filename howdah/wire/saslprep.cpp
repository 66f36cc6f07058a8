#include "howdah/wire/saslprep.hpp"

#include <stringprep.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/base/bytes.hpp"

namespace howdah::wire {
namespace {

// A character grows to at most 18 in NFKC (U+FDFA), of at most 4 bytes each; a mapping never makes it longer.
constexpr std::size_t longest_expansion = 18UL * 4;

// Unicode's corrigendum 4 gave five ideographs other normal forms; libidn has the first ones, the server the new ones.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> corrected{{{"\U0002f868", "\u36fc"},
                                                                                  {"\U0002f874", "\u5f53"},
                                                                                  {"\U0002f91f", "\U000243ab"},
                                                                                  {"\U0002f95f", "\u7aee"},
                                                                                  {"\U0002f9bf", "\u45d7"}}};

// Never longer than it was, so the buffer keeps its room.
void correct(std::string& text) {
    for (const auto& [ideograph, normal] : corrected)
        for (auto at = text.find(ideograph); at != std::string::npos; at = text.find(ideograph, at))
            text.replace(at, ideograph.size(), normal);
}

bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The server looks for prohibited characters before it normalises, RFC 3454 and libidn after. It shows in rare
// characters (U+2135 ALEF SYMBOL becomes a letter written from right to left), and both sides must agree.
std::vector<Stringprep_profile> postgresql_profile() {
    std::vector<Stringprep_profile> checks, normalisation;
    const auto* step = static_cast<const Stringprep_profile*>(stringprep_saslprep);
    for (; step->operation != 0; ++step) (step->operation == STRINGPREP_NFKC ? normalisation : checks).push_back(*step);
    checks.insert(checks.end(), normalisation.begin(), normalisation.end());
    checks.push_back(*step);
    return checks;
}

}  // namespace

secret_string saslprep(const secret_string& password) {
    const auto text = password.reveal();
    if (is_ascii(text) || text.find('\0') != std::string_view::npos) return password;
    static const auto profile = postgresql_profile();
    std::string buffer;
    buffer.reserve(text.size() * longest_expansion + 1);  // no copy stays behind in freed memory
    buffer = text;
    correct(buffer);
    buffer.resize(text.size() * longest_expansion + 1);
    const int rc = stringprep(buffer.data(), buffer.size(), STRINGPREP_NO_UNASSIGNED, profile.data());
    const auto prepared = std::string_view{buffer}.substr(0, buffer.find('\0'));
    auto out = rc == STRINGPREP_OK && !prepared.empty() ? secret_string{prepared} : password;
    wipe(buffer.data(), buffer.size());
    return out;
}

}  // namespace howdah::wire
