#include "howdah/types/boolean.hpp"

namespace howdah {

std::error_code codec<bool>::decode_text(std::string_view in, bool& out) noexcept {
    if (in == "t" || in == "true") out = true;
    else if (in == "f" || in == "false") out = false;
    else return errc::invalid_value;
    return {};
}

}  // namespace howdah
