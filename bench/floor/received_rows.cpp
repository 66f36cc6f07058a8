#include "bench/floor/received_rows.hpp"

#include <sys/mman.h>

#include <algorithm>

namespace bench::floor {

constexpr std::size_t largest_read = std::size_t{256} << 10, smallest_room = std::size_t{64} << 10;

received_rows::received_rows(connection& c)
    : memory_{
          static_cast<char*>(::mmap(nullptr, capacity_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))} {
    std::size_t at = 0;
    do {
        if (capacity_ - end_ < smallest_room) grow();
        end_ += c.receive({memory_ + end_, std::min(capacity_ - end_, largest_read)});
    } while (!index(at));
}

received_rows::~received_rows() { ::munmap(memory_, capacity_); }

void received_rows::grow() {
    memory_ = static_cast<char*>(::mremap(memory_, capacity_, capacity_ * 2, MREMAP_MAYMOVE));
    capacity_ *= 2;
}

bool received_rows::index(std::size_t& at) {
    bool ready = false;
    while (end_ - at >= 5) {
        const auto size = std::size_t{big_endian_32(memory_ + at + 1)} + 1;
        if (end_ - at < size) break;
        if (memory_[at] == 'D') rows_.push_back(static_cast<std::uint32_t>(at + 5));
        ready = memory_[at] == 'Z';
        at += size;
    }
    return ready;
}

}  // namespace bench::floor
