// The checksum of a cassette's file: its second line, over all lines behind it.
#include "howdah/base/digest.hpp"
#include "howdah/base/error.hpp"
#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/errc.hpp"

namespace howdah::sim {
namespace {

constexpr std::string_view seal_start = "{\n \"checksum\": \"", seal_end = "\",\n";
constexpr std::size_t seal_digits = 64;
constexpr std::size_t seal_size = seal_start.size() + seal_digits + seal_end.size();

bool has_seal(std::string_view content) {
    return content.starts_with(seal_start) && content.size() > seal_size &&
           content.substr(seal_start.size() + seal_digits, seal_end.size()) == seal_end;
}

std::string with_checksum(std::string_view body, std::string_view end = {}) {
    std::string out;
    out.reserve(seal_size + body.size() + end.size());
    out.append(seal_start).append(seal_digits, '0').append(seal_end).append(body).append(end);
    const auto checksum = sha_256(std::string_view{out}.substr(seal_size)).hexadecimal();
    return out.replace(seal_start.size(), seal_digits, checksum);
}

}  // namespace

std::string sealed(std::string_view object) {
    object.remove_prefix(2);  // "{\n"
    return with_checksum(object, "\n");
}

void check_seal(std::string_view content, std::string_view file) {
    const auto refuse = [file](cassette_errc what, std::string_view words) {
        throw error{error{what, std::string{file}.append(": ").append(words)}};
    };
    if (!has_seal(content) || !content.ends_with("\n}\n"))
        refuse(cassette_errc::damaged, "it is cut off, or no file of a cassette; record it again, or take it from git");
    const auto checksum = content.substr(seal_start.size(), seal_digits);
    if (sha_256(content.substr(seal_size)).hexadecimal() != checksum)
        refuse(cassette_errc::edited, "its checksum is another: it was edited, or damaged. If the change is meant: "
                                      "howdah cassette verify --seal");
}

std::string sealed_again(std::string_view content) {
    return has_seal(content) ? with_checksum(content.substr(seal_size)) : std::string{content};
}

}  // namespace howdah::sim
