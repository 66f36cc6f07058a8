#include "howdah/sim/record/record_transport.hpp"

#include <openssl/crypto.h>
#include <sys/socket.h>

#include <array>
#include <cstdio>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "howdah/base/last_error.hpp"
#include "howdah/net/transport.hpp"
#include "howdah/sim/record/record_server.hpp"

namespace howdah::sim {
namespace {

// A record_server with a thread of its own.
class recording_here {
public:
    explicit recording_here(const record_argument& what) : heard_by_{std::make_shared<recorder>(what.folder)} {
        record_options options;
        options.upstream = what.upstream;
        server_ = std::make_unique<record_server>(std::move(options), heard_by_);
        thread_ = std::thread{[this] { server_->run(); }};
    }
    recording_here(const recording_here&) = delete;
    recording_here& operator=(const recording_here&) = delete;
    ~recording_here() {
        try {
            if (heard_by_) (void)finish();
        } catch (const std::exception& e) {  // the process ends: nobody else would hear of it
            std::fprintf(stderr, "howdah: recording: %s\n", e.what());
        }
    }

    void adopt(net::unique_fd client) { server_->adopt(std::move(client)); }

    recorder_report finish() {
        end();
        return std::exchange(heard_by_, nullptr)->finish();
    }

private:
    void end() {
        if (!server_) return;
        server_->stop();
        thread_.join();
        server_.reset();
    }

    std::shared_ptr<recorder> heard_by_;
    std::unique_ptr<record_server> server_;
    std::thread thread_;
};

struct recordings_of_process {
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<recording_here>> all;  // by argument
};

recordings_of_process& recordings() {
    // What is still open when the process ends is written then, with checksums: OpenSSL's own end has to come later.
    static const bool openssl_outlives_it = OPENSSL_init_crypto(0, nullptr) == 1;
    (void)openssl_outlives_it;
    static recordings_of_process all;
    return all;
}

net::unique_fd connect_to_recorder(const connection_config& config) {
    const auto& argument = config.transport_argument;
    auto& r = recordings();
    const std::scoped_lock lock{r.mutex};
    auto at = r.all.find(argument);
    if (at == r.all.end())
        at = r.all.emplace(argument, std::make_shared<recording_here>(read_record_argument(argument))).first;
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw error{error{last_error(), "making a socket for record:"}};
    net::unique_fd ours{ends[0]};
    at->second->adopt(net::unique_fd{ends[1]});
    return ours;
}

}  // namespace

record_argument read_record_argument(std::string_view text) {
    constexpr std::string_view option = "upstream=";
    const auto question = text.find('?');
    const auto rest = question == std::string_view::npos ? std::string_view{} : text.substr(question + 1);
    if (question == 0 || !rest.starts_with(option) || rest.size() == option.size())
        throw error{error{errc::invalid_option, "record: takes a folder and a server: record:DIR?upstream=DSN"}};
    return {.folder = std::string{text.substr(0, question)}, .upstream = std::string{rest.substr(option.size())}};
}

std::optional<recorder_report> end_recording(const std::string& argument) {
    std::shared_ptr<recording_here> ended;
    {
        auto& r = recordings();
        const std::scoped_lock lock{r.mutex};
        const auto at = r.all.find(argument);
        if (at == r.all.end()) return std::nullopt;
        ended = std::move(at->second);
        r.all.erase(at);
    }
    return ended->finish();
}

namespace {

// howdah/sim/CMakeLists.txt has the linker ask for this symbol, so that the file is part of every program with howdah::sim.
const bool registers_record = (net::register_transport("record", connect_to_recorder), true);

}  // namespace
}  // namespace howdah::sim

extern "C" bool howdah_sim_record_transport();
extern "C" bool howdah_sim_record_transport() { return howdah::sim::registers_record; }
