#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/process.hpp"

namespace howdah::sim {

/// `howdah record`, or another command that prints host= and port= once it listens there; until stop(), or this object's
/// end.
class running_command {
public:
    explicit running_command(std::vector<std::string> words) {
        using namespace std::chrono_literals;
        words.insert(words.begin(), HOWDAH_COMMAND);
        command_ =
            testing::process{{.arguments = std::move(words), .output = output_.number(), .errors = errors_.number()}};
        const bool listens = testing::poll_until(testing::from_now(60s), [&] {
            return output().find(" port=") != std::string::npos || !command_.running();
        });
        const auto said = output();
        const auto at = said.find(" port=");
        if (!listens || at == std::string::npos) {
            ADD_FAILURE() << "it does not listen: " << said << errors();
            return;
        }
        port_ = static_cast<std::uint16_t>(std::stoi(said.substr(at + 6)));
    }

    std::string port() const { return std::to_string(port_); }
    std::string output() const { return testing::read_all(output_); }
    std::string errors() const { return testing::read_all(errors_); }
    bool running() noexcept { return command_.running(); }

    /// Asks it to end, as Ctrl-C or a supervisor does; its exit status.
    int stop(int signal = SIGTERM) {
        command_.signal(signal);
        EXPECT_TRUE(command_.wait(testing::from_now(std::chrono::seconds{60}))) << errors();
        return command_.exit_status();
    }
    void kill() { command_.kill(); }

private:
    testing::descriptor output_ = testing::nameless_file(), errors_ = testing::nameless_file();
    testing::process command_;
    std::uint16_t port_ = 0;
};

}  // namespace howdah::sim
