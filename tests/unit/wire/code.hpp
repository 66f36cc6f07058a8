#pragma once

#include <string_view>
#include <system_error>

#include "howdah/base/bytes.hpp"

namespace howdah::wire {

/// Why a message's body is no M; none where it is one.
template <class M>
std::error_code code(std::string_view body) {
    M out{};
    return parse(as_bytes(body), out);
}

}  // namespace howdah::wire
