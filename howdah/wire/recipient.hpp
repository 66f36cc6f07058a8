#pragma once

namespace howdah::wire {

/// Whoever the answers of an exchange go to. The session only carries the address.
class recipient {
protected:
    ~recipient() = default;
};

}  // namespace howdah::wire
