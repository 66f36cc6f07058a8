#pragma once

#include <cstdint>

#include "howdah/wire/scram.hpp"

namespace howdah::wire {

/// The keys of a password (RFC 5802, section 3): some 1 ms for 4,096 iterations. False: OpenSSL refuses.
bool derive_scram_keys(const secret_string& password, bytes_view salt, std::uint32_t iterations, scram_keys& out);

}  // namespace howdah::wire
