#include "howdah/core/operation.hpp"

#include "howdah/core/engine.hpp"

namespace howdah::core {

operation::~operation() { abandon(); }

void operation::abandon() noexcept {
    if (engine_ != nullptr) engine_->abandon(*this);
}

error no_connection() {
    return error{errc::transaction_ended, "the transaction or the connection was moved from, or has ended"};
}

}  // namespace howdah::core
