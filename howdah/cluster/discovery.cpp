#include "howdah/cluster/discovery.hpp"

#include <charconv>
#include <string_view>

#include "howdah/base/error.hpp"

namespace howdah {
namespace {

void require_positive(std::chrono::milliseconds value, const char* what) {
    if (value.count() <= 0) throw error{errc::invalid_option, std::string{"discovery: "} + what + " must be over 0"};
}

// "http://HOST[:PORT][/]"; an IPv6 address in brackets.
endpoint read_endpoint(std::string_view url) {
    constexpr std::string_view scheme = "http://";
    constexpr std::uint16_t usual_port = 8008;
    const auto refuse = [&](const std::string& why) {
        return error{errc::invalid_option, "discovery: \"" + std::string{url} + "\" " + why};
    };
    if (!url.starts_with(scheme)) throw error{refuse("must begin with http://")};
    auto rest = url.substr(scheme.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    endpoint to;
    to.port = usual_port;
    auto colon = rest.rfind(':');
    if (rest.starts_with('[')) {
        const auto end = rest.find(']');
        if (end == std::string_view::npos) throw error{refuse("has no ] behind its address")};
        to.host = rest.substr(1, end - 1);
        rest.remove_prefix(end + 1);
        colon = rest.find(':');
        if (colon != 0 && !rest.empty()) throw error{refuse("has more behind its address than a port")};
    } else {
        to.host = rest.substr(0, colon);
    }
    if (to.host.empty() || to.host.find_first_of("/@?# \r\n") != std::string::npos)
        throw error{refuse("must be http://HOST:PORT")};
    if (colon == std::string_view::npos) return to;
    const auto digits = rest.substr(colon + 1);
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), to.port);
    if (failure != std::errc{} || end != digits.data() + digits.size() || to.port == 0)
        throw error{refuse("must be http://HOST:PORT, with a port from 1 to 65535")};
    return to;
}

}  // namespace

discovery discovery::by_replication(place_of where) {
    discovery d{source::replication};
    d.where_ = std::move(where);
    return d;
}

discovery discovery::by_patroni(const std::vector<std::string>& endpoints) {
    if (endpoints.empty()) throw error{errc::invalid_option, "discovery: Patroni needs at least one endpoint"};
    discovery d{source::patroni};
    for (const auto& url : endpoints) d.endpoints_.push_back(read_endpoint(url));
    return d;
}

discovery& discovery::every(std::chrono::milliseconds interval) {
    require_positive(interval, "every");
    interval_ = interval;
    return *this;
}

discovery& discovery::timeout(std::chrono::milliseconds limit) {
    require_positive(limit, "timeout");
    limit_ = limit;
    return *this;
}

}  // namespace howdah
