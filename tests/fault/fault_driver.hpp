#pragma once
// What the tests of this folder ask of both drivers.

#include <chrono>
#include <optional>
#include <string>

#include "../integration/driver.hpp"

namespace howdah::test {

using namespace std::chrono_literals;

/// What calls may take; over it, something hangs.
inline constexpr auto call_limit = 5s;

inline const std::string hostile_password = "hush-s3cret";

/// The role app on 127.0.0.1:`port`, without TLS unless `options` say so.
inline std::string hostile_dsn(std::uint16_t port, const std::string& options = "sslmode=disable") {
    return "postgresql://app:" + hostile_password + "@127.0.0.1:" + std::to_string(port) +
           "/app?connect_timeout=5&query_timeout=5s&" + options;
}

/// The run's server by another port of 127.0.0.1, without TLS.
inline std::string dsn_through(std::uint16_t port) {
    auto out = dsn(testing::route::tcp);
    const auto old = ":" + std::to_string(testing::shared_server().port()) + "/";
    return out.replace(out.find(old), old.size(), ":" + std::to_string(port) + "/") +
           "&connect_timeout=5&query_timeout=5s&cancel_grace=1s";
}

/// The error that `f` throws, if it throws one.
template <class F>
std::optional<error> error_of(F&& f) {
    try {
        f();
        return std::nullopt;
    } catch (const error& e) {
        return e;
    }
}

/// Fails the test if `f` takes longer than a call may.
template <class F>
void in_time(F&& f) {
    const auto start = std::chrono::steady_clock::now();
    f();
    EXPECT_LT(std::chrono::steady_clock::now() - start, call_limit);
}

}  // namespace howdah::test
