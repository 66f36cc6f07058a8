#include "howdah/observe/spdlog/spdlog_observer.hpp"

#include <spdlog/logger.h>

#include <algorithm>
#include <utility>

#include "howdah/base/error.hpp"

namespace howdah {
namespace {

spdlog::level::level_enum spdlog_level(log_level level) {
    switch (level) {
        case log_level::debug: return spdlog::level::debug;
        case log_level::info: return spdlog::level::info;
        case log_level::warn: return spdlog::level::warn;
        case log_level::error: return spdlog::level::err;
    }
    return spdlog::level::err;
}

}  // namespace

std::shared_ptr<observer> make_spdlog_observer(std::shared_ptr<spdlog::logger> to, log_options options) {
    if (to == nullptr) throw error{errc::invalid_option, "make_spdlog_observer needs a logger"};
    while (options.least < log_level::error && !to->should_log(spdlog_level(options.least)))
        options.least = static_cast<log_level>(static_cast<int>(options.least) + 1);
    return std::make_shared<observe::log_lines>(
        [logger = std::move(to)](log_level level, std::string_view line) { logger->log(spdlog_level(level), line); },
        std::move(options));
}

}  // namespace howdah
