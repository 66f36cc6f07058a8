#pragma once
// What the demo prints, and how it finds that something is wrong.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>

namespace demo {

/// A step did not come out as it should.
class wrong : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A step begins: its title, and the file of its code.
void heading(std::string_view title, std::source_location where = std::source_location::current());
void say(std::string_view line);
/// Throws `wrong` unless `holds`.
void check(bool holds, std::string_view what, std::source_location where = std::source_location::current());

class stopwatch {
public:
    std::chrono::duration<double, std::milli> elapsed() const { return std::chrono::steady_clock::now() - start_; }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// "63,666"
std::string with_commas(std::uint64_t n);
/// "1.24 s", "3.1 ms"
std::string to_text(std::chrono::duration<double, std::milli> time);
/// "63,666 rows in 1.24 s, 51,343 rows/s"
std::string rate(std::size_t count, std::string_view what, std::chrono::duration<double, std::milli> time);
/// Cut to `width` characters at most.
std::string shortened(std::string_view text, std::size_t width);

}  // namespace demo
