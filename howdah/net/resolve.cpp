#include "howdah/net/resolve.hpp"

#include <netdb.h>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/net/detached_calls.hpp"

namespace howdah::net {
namespace {

error not_found(const endpoint& host, const found_addresses& answer) {
    const std::string reason = answer.status == EAI_SYSTEM ? std::generic_category().message(answer.system_error)
                                                           : gai_strerror(answer.status);
    const bool passing = answer.status == EAI_AGAIN || answer.status == EAI_SYSTEM;
    std::string words = "host \"" + host.host + "\" does not resolve: " + reason;
    words += passing ? "; the name servers of this machine did not answer: check its network and /etc/resolv.conf"
                     : "; check its spelling, and that this machine's DNS or /etc/hosts knows it";
    error out{errc::host_not_found, std::move(words)};
    out.at(phase::resolve).from_host(host.to_string());
    return out;
}

error late(const endpoint& host) {
    error out{errc::timed_out, "host \"" + host.host +
                                   "\" was not resolved in time; are the name servers of this machine "
                                   "reachable? hostaddr=ADDRESS saves the look-up"};
    out.at(phase::resolve).from_host(host.to_string());
    return out;
}

error too_many(const endpoint& host) {
    error out{errc::host_not_found, "host \"" + host.host + "\" was not looked up: " + std::to_string(max_lookups) +
                                        " look-ups are waiting for name servers already"};
    out.at(phase::resolve).from_host(host.to_string());
    return out;
}

// What needs no name server.
std::optional<std::vector<address>> without_lookup(const endpoint& host) {
    if (host.is_unix_socket()) return std::vector<address>{unix_address(host.host, host.port)};
    if (host.host.empty() && host.hostaddr.empty())
        throw error{errc::invalid_option, "no host is given: set host to a name, an address or a socket's folder"};
    const bool has_address = !host.hostaddr.empty();
    if (auto number = numeric_address(has_address ? host.hostaddr : host.host, host.port))
        return std::vector<address>{*std::move(number)};
    if (has_address)
        throw error{errc::invalid_option,
                    "hostaddr \"" + host.hostaddr + "\" is not an IPv4 or IPv6 address; names belong into host"};
    return std::nullopt;
}

// Those that were given up included.
detached_calls lookups{max_lookups};

std::shared_ptr<pending_answer<std::vector<address>>> start(const endpoint& host, lookup by) {
    auto answer = std::make_shared<pending_answer<std::vector<address>>>();
    if (!lookups.start([answer, host, by] { answer->run([&] { return by(host); }); })) throw too_many(host);
    return answer;
}

error stopped(const endpoint& host) {
    error out{errc::cancelled, "looking up the host \"" + host.host + "\" was asked to stop"};
    out.at(phase::resolve).from_host(host.to_string());
    return out;
}

}  // namespace

std::vector<address> resolve_now(const endpoint& host) {
    if (auto known = without_lookup(host)) return *std::move(known);
    auto answer = look_up(host.host, host.port, name_or_number::either);
    if (answer.status != 0) throw not_found(host, answer);
    return std::move(answer.addresses);
}

std::vector<address> resolve(const endpoint& host, time_point deadline, const std::stop_token& stop, lookup by) {
    if (auto known = without_lookup(host)) return *std::move(known);
    if (std::chrono::steady_clock::now() >= deadline) throw late(host);
    const auto answer = start(host, by);
    if (!answer->wait(deadline, stop)) throw stop.stop_requested() ? stopped(host) : late(host);
    return answer->take();
}

}  // namespace howdah::net
