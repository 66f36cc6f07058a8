#pragma once

#include <termios.h>

#include <chrono>
#include <string>
#include <vector>

#include "howdah/tools/interruption.hpp"

namespace howdah::tools {

/// How much a terminal shows.
struct screen_size {
    std::size_t lines = 0, columns = 0;
    friend bool operator==(const screen_size&, const screen_size&) = default;
};

/// The terminal's other screen, without a cursor and without waiting for line ends; as it was before when this goes.
class top_screen {
public:
    /// Whether both ends of the program are at a terminal.
    static bool is_there();

    top_screen();
    top_screen(const top_screen&) = delete;
    top_screen& operator=(const top_screen&) = delete;
    ~top_screen();

    static screen_size size();
    /// What does not fit is left out.
    void draw(const std::vector<std::string>& lines) const;
    /// Waits until it is time, or until the screen has another size. False: somebody wants to end.
    bool wait(std::chrono::steady_clock::time_point until, const interruption& stop) const;

private:
    termios before_{};
};

}  // namespace howdah::tools
