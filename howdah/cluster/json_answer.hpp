#pragma once

#include <boost/property_tree/ptree.hpp>
#include <string>
#include <string_view>

namespace howdah::clustering {

using json_tree = boost::property_tree::ptree;

/// Reads what a server has answered: "Patroni's answer". Throws errc::protocol_violation for what is no JSON, or is nested
/// more deeply than any such answer.
json_tree read_json(std::string_view text, const std::string& whose);

}  // namespace howdah::clustering
