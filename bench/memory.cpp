#include "bench/memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace bench {

long resident_kb() noexcept {
    std::array<char, 128> text{};
    const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    const auto n = ::read(file, text.data(), text.size() - 1);
    ::close(file);
    if (n <= 0) return 0;
    char* end = nullptr;
    std::strtol(text.data(), &end, 10);  // the whole of it, in pages; then what is resident
    return std::strtol(end, nullptr, 10) * (::sysconf(_SC_PAGESIZE) / 1024);
}

}  // namespace bench
