#include "howdah/sim/portal_requests.hpp"

namespace howdah::sim {
namespace {

std::string quoted_name(std::string_view name) {
    std::string out{'"'};
    for (const char c : name) out.append(c == '"' ? 2 : 1, c);
    return out += '"';
}

}  // namespace

std::string describe_portal_text(std::string_view portal) { return "describe portal " + quoted_name(portal); }

std::string execute_portal_text(std::string_view portal, std::uint32_t row_limit) {
    return "execute portal " + quoted_name(portal) + ' ' + std::to_string(row_limit);
}

}  // namespace howdah::sim
