// What a connect costs the client, with and without what the connections of a pool share. callgrind counts it.

#include <memory>

#include "bench/pool/workloads.hpp"
#include "howdah/blocking/lending.hpp"

namespace bench {

void connect(const howdah::connection_config& config, std::size_t times, sharing how) {
    const auto kept = std::make_shared<const howdah::connection_config>(config);
    const auto shared = std::make_shared<howdah::core::shared_state>();
    for (std::size_t i = 0; i < times; ++i)
        (void)howdah::blocking::detail::open(
            kept, nullptr, how == sharing::with_others ? shared : std::make_shared<howdah::core::shared_state>(), {});
}

}  // namespace bench
