#pragma once

#include <cstdint>
#include <string_view>

namespace bench {

/// A row of t as a stream gives it: the text stays where it came to.
struct viewed_row {
    std::int32_t id;
    double v;
    std::string_view s;
};

}  // namespace bench
