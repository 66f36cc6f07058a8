#pragma once

#include <cstdint>

#include "howdah/observe/observer.hpp"
#include "howdah/pool/slot.hpp"

namespace howdah::pooling {

/// Its borrower is about to give the slot back. Without the pool's lock: an observer may be slow.
inline void tell_release(observer* to, const slot& s, std::uint32_t process_id) noexcept {
    if (to == nullptr) return;
    const auto held = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - s.leased_since());
    observe::tell(to, release_event{.process_id = process_id, .held = held});
}

}  // namespace howdah::pooling
