#include "howdah/sim/portal_requests.hpp"

#include "howdah/sql/identifier.hpp"

namespace howdah::sim {
namespace {

// A client may ask for the portal without a name, too.
std::string quoted_name(std::string_view name) { return name.empty() ? R"("")" : quoted_identifier(name); }

}  // namespace

std::string describe_portal_text(std::string_view portal) { return "describe portal " + quoted_name(portal); }

std::string execute_portal_text(std::string_view portal, std::uint32_t row_limit) {
    return "execute portal " + quoted_name(portal) + ' ' + std::to_string(row_limit);
}

}  // namespace howdah::sim
