// The adapters as their users link them.
#include <spdlog/spdlog.h>

#include <howdah/observe/prometheus/prometheus_observer.hpp>
#include <howdah/observe/spdlog/spdlog_observer.hpp>

int main() {
    const howdah::prometheus_observer metrics;
    const auto log = howdah::make_spdlog_observer(spdlog::default_logger());
    return metrics.Collect().empty() && log == nullptr ? 1 : 0;
}
