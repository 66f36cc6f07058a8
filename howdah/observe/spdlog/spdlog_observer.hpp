#pragma once

#include <memory>

#include "howdah/observe/log_lines.hpp"

namespace spdlog {
class logger;
}

namespace howdah {

/// Events as JSON lines of a logger: each line is the logger's message, so a pattern of "%v" makes a file of JSON lines. Levels
/// are spdlog's own; what the logger does not take is not written out first. docs/observability.md describes the lines.
/// With trace ids: a logger of spdlog's own asynchronous kind rather than an asynchronous_observer, whose thread knows none.
std::shared_ptr<observer> make_spdlog_observer(std::shared_ptr<spdlog::logger> to, log_options options = {});

}  // namespace howdah
