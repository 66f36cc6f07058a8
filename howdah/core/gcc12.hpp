#pragma once

#include "howdah/sql/parameters.hpp"

namespace howdah::core {

template <class... P>
constexpr void refuse_what_gcc12_breaks() {
    static_assert(
        !(detail::breaks_on_gcc12<P> || ...),
        "howdah: GCC 12 destroys a temporary aggregate inside of co_await twice: name it first, and pass the name");
}

}  // namespace howdah::core
