#include "howdah/core/operation.hpp"

#include "howdah/core/engine.hpp"

namespace howdah::core {

operation::~operation() { abandon(); }

void operation::abandon() noexcept {
    if (engine_ != nullptr) engine_->abandon(*this);
}

}  // namespace howdah::core
