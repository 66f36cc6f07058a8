#include "howdah/tools/top_screen.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <string_view>

#include "howdah/tools/printable.hpp"

namespace howdah::tools {
namespace {

using clock = std::chrono::steady_clock;

// A change of size is no event that a descriptor tells: it is looked for so often.
constexpr std::chrono::milliseconds look_at_size{200};

constexpr std::string_view other_screen = "\x1b[?1049h\x1b[?25l", first_screen = "\x1b[?25h\x1b[?1049l";

bool is_end(char key) { return key == 'q' || key == 'Q' || key == '\x03' || key == '\x04'; }

}  // namespace

bool top_screen::is_there() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1; }

top_screen::top_screen() {
    ::tcgetattr(STDIN_FILENO, &before_);
    auto raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    std::cout << other_screen << std::flush;
}

top_screen::~top_screen() {
    std::cout << first_screen << std::flush;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

screen_size top_screen::size() {
    winsize window{};
    constexpr screen_size usual{.lines = 24, .columns = 80};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0 || window.ws_col == 0) return usual;
    return {.lines = window.ws_row, .columns = window.ws_col};
}

void top_screen::draw(const std::vector<std::string>& lines) const {
    const auto room = size();
    std::string out = "\x1b[H";
    for (std::size_t i = 0; i < std::min(lines.size(), room.lines); ++i)
        out.append(i == 0 ? "" : "\r\n").append(cut_to(lines[i], room.columns)).append("\x1b[K");
    std::cout << out << "\x1b[J" << std::flush;
}

bool top_screen::wait(clock::time_point until, const interruption& stop) const {
    const auto before = size();
    for (auto now = clock::now(); now < until && size() == before; now = clock::now()) {
        std::array<pollfd, 2> waiting{pollfd{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                                      pollfd{.fd = stop.descriptor(), .events = POLLIN, .revents = 0}};
        const auto left = std::min(std::chrono::ceil<std::chrono::milliseconds>(until - now), look_at_size);
        if (::poll(waiting.data(), waiting.size(), static_cast<int>(left.count())) <= 0) continue;
        if (waiting[1].revents != 0) return false;
        char key = 'q';  // the terminal is gone
        if (::read(STDIN_FILENO, &key, 1) <= 0 || is_end(key)) return false;
    }
    return !stop.asked_for();
}

}  // namespace howdah::tools
