#include "howdah/config/home_folder.hpp"

#include "howdah/config/detail/environment.hpp"

namespace howdah::config {

std::optional<std::string> home_folder() { return environment{conninfo_options{}}.home(); }

}  // namespace howdah::config
