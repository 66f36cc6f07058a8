// Drives the service with wrk while its password is rotated and its server restarted; prints a report in Markdown.
//
// Usage: drive_service [SECONDS]

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <future>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

#include "examples/service/trial.hpp"
#include "howdah/testing/polling.hpp"

namespace service {
namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

std::string output_of(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command.c_str(), "r"), ::pclose};
    if (pipe == nullptr) throw std::runtime_error{"could not run " + command};
    std::string out;
    std::array<char, 4096> part{};
    while (std::fgets(part.data(), part.size(), pipe.get()) != nullptr) out += part.data();
    return out;
}

long milliseconds(clock::duration d) { return std::chrono::duration_cast<std::chrono::milliseconds>(d).count(); }

int drive(int seconds) {
    trial t;
    if (!howdah::testing::poll_until(howdah::testing::from_now(10s), [&] { return t.whole(); }))
        throw std::runtime_error{"the pool did not open its connections"};
    const auto begin = clock::now();
    auto wrk = std::async(
        std::launch::async, output_of,
        "wrk --threads 2 --connections 64 --duration " + std::to_string(seconds) +
            " --latency --script " SERVICE_FOLDER "/report.lua http://127.0.0.1:" + std::to_string(t.running->port()));

    std::this_thread::sleep_until(begin + std::chrono::seconds{seconds} / 3);
    const auto rotated = clock::now();
    t.rotate_password("rotated");
    std::this_thread::sleep_until(begin + std::chrono::seconds{2 * seconds} / 3);
    const auto stopped = clock::now();
    t.server.stop();
    const auto gone = clock::now();
    t.server.start();
    const auto back = clock::now();
    const bool whole = howdah::testing::poll_until(howdah::testing::from_now(10s), [&] { return t.whole(); });
    const auto recovered = clock::now();

    const auto report = wrk.get();
    std::cout << "# The example service under wrk\n\n"
                 "Made by `examples/service/drive`: `examples/service/` with 4 threads and 8 connections, 64 clients, "
                 "all on one "
                 "machine of "
              << std::thread::hardware_concurrency() << " cores.\n\n"
              << "| what | when |\n|---|---|\n| the password is rotated | " << milliseconds(rotated - begin)
              << " ms |\n| the server is told to stop | " << milliseconds(stopped - begin)
              << " ms |\n| it has stopped | " << milliseconds(gone - begin)
              << " ms |\n| it accepts connections again | " << milliseconds(back - begin)
              << " ms |\n| the pool is whole | "
              << (whole ? std::to_string(milliseconds(recovered - begin)) + " ms, " +
                              std::to_string(milliseconds(recovered - back)) + " ms later"
                        : "never")
              << " |\n\n"
              << "Answers other than 200 are 503: the database could not be asked. wrk says:\n\n```\n"
              << report << "```\n";
    return whole && report.find("Requests/sec") != std::string::npos ? 0 : 1;
}

}  // namespace
}  // namespace service

int main(int argc, char** argv) {
    try {
        constexpr int usual = 15;
        return service::drive(argc > 1 ? std::atoi(argv[1]) : usual);
    } catch (const std::exception& e) {
        std::cerr << "drive_service: " << e.what() << '\n';
        return 1;
    }
}
