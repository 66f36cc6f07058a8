#pragma once
// Howdah as a peer, once for each driver.

#include "bench/arguments.hpp"
#include "howdah/config/connection_config.hpp"

namespace bench {

exit_status run_blocking(const arguments& given, const howdah::connection_config& config);
exit_status run_async(const arguments& given, const howdah::connection_config& config);

}  // namespace bench
