#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/secret_string.hpp"
#include "howdah/config/connection_config.hpp"

namespace howdah::tools {

/// Where a program shows what its connections do: its status server, or metrics in Prometheus's text format.
struct metrics_url {
    endpoint server;
    std::string path;  // "/status.json" if the URL has none

    /// Throws error (invalid_option) for what is no http URL.
    static metrics_url read(std::string_view text);
};

/// Asks, and gives lines for people. Throws as clustering::http_get does.
std::vector<std::string> look_at(const metrics_url& url, const secret_string& token, std::chrono::milliseconds patience,
                                 const std::stop_token& stop);

/// The lines of what a status server gives: a dashboard's JSON.
std::vector<std::string> lines_of_status(std::string_view json);
/// The lines of Prometheus's text format: the series that are Howdah's.
std::vector<std::string> lines_of_metrics(std::string_view text);

}  // namespace howdah::tools
