#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "howdah/observe/statement_ranking.hpp"

namespace howdah::observe {

/// howdah_statement_seconds_total, _calls_total, _failures_total and _rows_total, by fingerprint and statement.
std::vector<prometheus::MetricFamily> families_of(const std::vector<statement_cost>& statements);

}  // namespace howdah::observe
