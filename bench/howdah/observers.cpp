#include "bench/howdah/observers.hpp"

#include <stdexcept>

#ifdef HOWDAH_WITH_METRICS
#    include "howdah/observe/prometheus/prometheus_observer.hpp"
#endif

namespace bench {

std::shared_ptr<howdah::observer> deaf_observer() {
    struct deaf final : howdah::observer {};
    return std::make_shared<deaf>();
}

std::shared_ptr<howdah::observer> metrics_observer() {
#ifdef HOWDAH_WITH_METRICS
    return std::make_shared<howdah::prometheus_observer>();
#else
    throw std::invalid_argument{"prometheus-cpp was not there when this was built"};
#endif
}

}  // namespace bench
