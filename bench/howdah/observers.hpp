#pragma once

#include <memory>

#include "howdah/observe/observer.hpp"

namespace bench {

/// What there is to be told, told to nobody: the price of asking.
std::shared_ptr<howdah::observer> deaf_observer();
/// howdah::prometheus_observer. Throws std::invalid_argument where it is not built.
std::shared_ptr<howdah::observer> metrics_observer();

}  // namespace bench
