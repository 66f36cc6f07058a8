#include "howdah/net/transport.hpp"

#include <map>
#include <mutex>
#include <string>

namespace howdah::net {
namespace {

struct registry {
    std::mutex mutex;
    std::map<std::string, transport_factory, std::less<>> factories;
};

registry& known() {
    static registry r;
    return r;
}

}  // namespace

void register_transport(std::string_view scheme, transport_factory open) {
    auto& r = known();
    const std::scoped_lock lock{r.mutex};
    r.factories.insert_or_assign(std::string{scheme}, std::move(open));
}

bool is_plain_transport(const connection_config& config) noexcept { return config.transport == "postgresql"; }

unique_fd open_transport(const connection_config& config) {
    auto& r = known();
    transport_factory open;
    {
        const std::scoped_lock lock{r.mutex};
        if (const auto found = r.factories.find(config.transport); found != r.factories.end()) open = found->second;
    }
    if (!open)
        throw error{errc::unsupported_option, "no transport is registered for \"" + config.transport +
                                                  ":\"; link howdah::sim for record: and replay:"};
    return open(config);
}

}  // namespace howdah::net
