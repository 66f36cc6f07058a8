#include "howdah/observe/prometheus/detail/statement_families.hpp"

#include <utility>

namespace howdah::observe {
namespace {

// The text format escapes quotes, backslashes and line ends of a label; what else steers goes.
std::string shown(std::string text) {
    for (auto& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return text;
}

template <class Value>
prometheus::MetricFamily family(const char* name, const char* help, const std::vector<statement_cost>& statements,
                                Value statement_cost::* value) {
    prometheus::MetricFamily out;
    out.name = name;
    out.help = help;
    out.type = prometheus::MetricType::Counter;
    for (const auto& s : statements) {
        prometheus::ClientMetric metric;
        metric.label.push_back({"fingerprint", s.fingerprint});
        metric.label.push_back({"statement", shown(s.statement)});
        metric.counter.value = static_cast<double>(s.*value);
        out.metric.push_back(std::move(metric));
    }
    return out;
}

}  // namespace

std::vector<prometheus::MetricFamily> families_of(const std::vector<statement_cost>& statements) {
    return {
        family("howdah_statement_seconds_total", "Time of the costliest statements", statements,
               &statement_cost::seconds),
        family("howdah_statement_calls_total", "Calls of the costliest statements", statements, &statement_cost::calls),
        family("howdah_statement_failures_total", "Failed calls of the costliest statements", statements,
               &statement_cost::failures),
        family("howdah_statement_rows_total", "Rows of the costliest statements", statements, &statement_cost::rows)};
}

}  // namespace howdah::observe
