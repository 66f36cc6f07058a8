#pragma once

#include <cstdint>

namespace howdah::wire {

/// Whoever the answers of exchanges go to. The session carries the address, and counts its exchanges in flight.
class recipient {
protected:
    ~recipient() = default;

private:
    friend class session;
    std::uint32_t in_flight_ = 0;
};

}  // namespace howdah::wire
