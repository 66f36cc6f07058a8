#include "network.hpp"

#include <sched.h>

#include <utility>
#include <vector>

#include "howdah/testing/process.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;

std::string program(const std::string& name) {
    const auto found = testing::find_program(name);
    return found.empty() ? testing::find_program("/usr/sbin/" + name) : found;  // not in everybody's PATH
}

void run(std::vector<std::string> words) {
    words[0] = program(words[0]);
    (void)testing::run_or_fail({.arguments = std::move(words)}, {}, 5s);
}

std::string make() {
    if (program("nft").empty() || program("ip").empty()) return "nft and ip (nftables, iproute2) are not installed";
    if (::unshare(CLONE_NEWNET) != 0) return "no right to make a network namespace (root has it)";
    run({"ip", "link", "set", "lo", "up"});
    network::heal();
    return {};
}

void rule(const char* side, std::uint16_t port, const std::vector<std::string>& verdict) {
    std::vector<std::string> words{"nft", "add", "rule", "ip", "fault", "in", "tcp", side, std::to_string(port)};
    words.insert(words.end(), verdict.begin(), verdict.end());
    run(std::move(words));
}

}  // namespace

const std::string& network::missing() {
    static const std::string why_not = make();
    return why_not;
}

void network::heal() {
    run({"nft", "flush", "ruleset"});
    run({"nft", "add", "table", "ip", "fault"});
    run({"nft", "add", "chain", "ip", "fault", "in", "{ type filter hook input priority 0; }"});
}

void network::drop(std::uint16_t port) {
    rule("dport", port, {"drop"});
    rule("sport", port, {"drop"});
}

void network::reset(std::uint16_t port) { rule("dport", port, {"reject", "with", "tcp", "reset"}); }

}  // namespace howdah::test
