#pragma once

#include <cstdint>
#include <string>

namespace howdah::test {

/// A network namespace of this process's own, with rules that are its alone, by nftables.
class network {
public:
    /// Why there is none; empty once this process is in it.
    static const std::string& missing();
    static void heal();
    /// Nothing arrives any more, in both directions, and nobody is told.
    static void drop(std::uint16_t port);
    /// What the client sends is answered by a RST, which gets through.
    static void reset(std::uint16_t port);
};

}  // namespace howdah::test
