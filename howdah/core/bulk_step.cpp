#include "howdah/core/bulk_step.hpp"

#include <utility>

namespace howdah::core {
namespace {

template <class Values>
std::vector<parameter_view> views_of(const Values& values) {
    std::vector<parameter_view> out;
    out.reserve(values.size());
    for (const auto& each : values) out.push_back(view(each));
    return out;
}

}  // namespace

bulk_step::bulk_step(const statement_text& text, std::vector<array_parameter> arrays, std::unique_ptr<bulk_sink> sink)
    : arrays_{std::move(arrays)}, views_{views_of(arrays_)}, sink_{std::move(sink)}, statement_{text, views_, *sink_} {}

bulk_step::bulk_step(const statement_text& text, std::vector<field_parameter> fields, std::unique_ptr<bulk_sink> sink)
    : fields_{std::move(fields)}, views_{views_of(fields_)}, sink_{std::move(sink)}, statement_{text, views_, *sink_} {}

}  // namespace howdah::core
