#pragma once

#include <cstdint>

#include "howdah/core/engine.hpp"

namespace howdah::core {

/// How a borrower has left a connection.
enum class remains : std::uint8_t {
    nothing,
    something,      // a transaction, an unanswered call, a cancel on its way
    no_connection,  // it is closed
};

inline remains left_on(const engine& e) noexcept {
    if (!e.open()) return remains::no_connection;
    return e.idle() && e.cancelling() == cancel_state::none ? remains::nothing : remains::something;
}

}  // namespace howdah::core
