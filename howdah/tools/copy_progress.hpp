#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace howdah::tools {

/// How far a copy is.
struct copied {
    std::uint64_t bytes = 0, rows = 0;
};

/// `1,234,567`
std::string grouped(std::uint64_t number);

/// Tells on the standard error how far a copy is: a bar on a terminal, else a line every ten seconds.
class copy_progress {
public:
    enum class output : std::uint8_t { silent, lines, bar };
    static output output_for_standard_error() noexcept;

    /// `total` bytes where they are known; `before` is what an earlier run has copied.
    copy_progress(output how, std::optional<std::uint64_t> total, copied before = {});
    copy_progress(const copy_progress&) = delete;
    copy_progress& operator=(const copy_progress&) = delete;
    /// Wipes the bar.
    ~copy_progress();

    void report(copied all);
    /// The last line: `3 rows stored, 29 B in 0.1 s`. `verb` says what became of them.
    void finish(const char* verb, copied all);

private:
    using clock = std::chrono::steady_clock;
    std::string line(copied all, clock::duration since) const;
    std::string bar(std::uint64_t bytes) const;

    output how_;
    std::optional<std::uint64_t> total_;
    copied before_;
    clock::time_point begun_ = clock::now(), told_ = begun_;
    bool shown_ = false;  // the bar is on the screen
};

}  // namespace howdah::tools
