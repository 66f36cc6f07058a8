#include "howdah/sim/replay/replay_transport.hpp"

#include <sys/socket.h>

#include <array>
#include <charconv>
#include <map>
#include <mutex>
#include <utility>

#include "howdah/base/last_error.hpp"
#include "howdah/net/transport.hpp"
#include "howdah/sim/replay/replay_server.hpp"

namespace howdah::sim {
namespace {

struct replays_of_process {
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<replay_server>> servers;  // by argument
};

replays_of_process& replays() {
    static replays_of_process all;
    return all;
}

std::shared_ptr<replay_server> server_for(const std::string& argument) {
    auto& all = replays();
    const std::scoped_lock lock{all.mutex};
    auto& server = all.servers[argument];
    if (server) return server;
    try {
        const auto read = read_replay_argument(argument);
        auto faults = read.faults.empty() ? fault_rules{} : fault_rules::load(read.faults);
        auto from = std::make_shared<replayer>(read.folder, read.options, std::move(faults));
        server = std::make_shared<replay_server>(std::move(from));
    } catch (...) {
        all.servers.erase(argument);
        throw;
    }
    return server;
}

net::unique_fd connect_to_replay(const connection_config& config) {
    const auto server = server_for(config.transport_argument);
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw error{error{last_error(), "making a socket for replay:"}};
    net::unique_fd ours{ends[0]};
    server->adopt(net::unique_fd{ends[1]});
    return ours;
}

void read_option(std::string_view name, std::string_view value, replay_argument& out) {
    const auto latency = name == "latency" ? read_latency(value) : std::nullopt;
    if (latency) out.options.latency = *latency;
    else if (name == "how" && value == "strict") out.options.how = strictness::strict;
    else if (name == "how" && value == "loose") out.options.how = strictness::loose;
    else if (name == "repeats" && value == "last") out.options.repeats = repeats::last;
    else if (name == "repeats" && value == "error") out.options.repeats = repeats::error;
    else if (name == "faults" && !value.empty()) out.faults = value;
    else
        throw error{
            error{errc::invalid_option,
                  "replay: no such option: " + std::string{name} + '=' + std::string{value} +
                      "; there are how=strict|loose, repeats=last|error, latency=none|recorded|xN, faults=FILE"}};
}

}  // namespace

std::optional<double> read_latency(std::string_view text) {
    if (text == "none") return 0.0;
    if (text == "recorded") return 1.0;
    constexpr std::string_view sign = "\u00d7";
    if (text.starts_with('x')) text.remove_prefix(1);
    else if (text.starts_with(sign)) text.remove_prefix(sign.size());
    else return std::nullopt;
    double times = 0;
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, times, std::chars_format::fixed);
    constexpr double most = 1'000;
    if (read.ec != std::errc{} || read.ptr != end || !(times >= 0 && times <= most)) return std::nullopt;
    return times;
}

replay_argument read_replay_argument(std::string_view text) {
    const auto question = text.find('?');
    replay_argument out;
    out.folder = text.substr(0, question);
    auto options = question == std::string_view::npos ? std::string_view{} : text.substr(question + 1);
    while (!options.empty()) {
        const auto end = options.find('&');
        const auto option = options.substr(0, end);
        const auto equals = option.find('=');
        read_option(option.substr(0, equals),
                    equals == std::string_view::npos ? std::string_view{} : option.substr(equals + 1), out);
        options.remove_prefix(end == std::string_view::npos ? options.size() : end + 1);
    }
    return out;
}

std::shared_ptr<replayer> replay_of(const std::string& argument) {
    auto& all = replays();
    const std::scoped_lock lock{all.mutex};
    const auto found = all.servers.find(argument);
    return found == all.servers.end() ? nullptr : found->second->from();
}

std::optional<drift_report> end_replay(const std::string& argument) {
    std::shared_ptr<replay_server> server;
    {
        auto& all = replays();
        const std::scoped_lock lock{all.mutex};
        const auto found = all.servers.find(argument);
        if (found == all.servers.end()) return std::nullopt;
        server = std::move(found->second);
        all.servers.erase(found);
    }
    server->stop();
    return server->from()->report();
}

namespace {

// howdah/sim/CMakeLists.txt has the linker ask for this symbol, so that the file is part of every program with howdah::sim.
const bool registered = (net::register_transport("replay", connect_to_replay), true);

}  // namespace
}  // namespace howdah::sim

extern "C" bool howdah_sim_replay_transport();
extern "C" bool howdah_sim_replay_transport() { return howdah::sim::registered; }
