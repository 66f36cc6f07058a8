#include "howdah/pool/place.hpp"

namespace howdah::pooling {

std::string place::to_string() const {
    constexpr std::size_t longest = 80;
    if (file != nullptr) return std::string{file} + ':' + std::to_string(line);
    return "statement \"" + std::string{statement.substr(0, longest)} + (statement.size() > longest ? "...\"" : "\"");
}

}  // namespace howdah::pooling
