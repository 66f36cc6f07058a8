#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "loopback.hpp"

namespace howdah::test {

enum class direction : std::uint8_t { to_server, to_client };

enum class breakdown : std::uint8_t {
    close,  // both sides, in order
    reset,  // both sides, with a RST
    stall,  // nothing is passed on any more, and both sides stay open
    hold,   // nothing is passed on until let_in(), and nothing is lost; not after 0 bytes
    flip,   // one bit of the next byte, and then all goes on
};

/// What happens once `after` bytes went into the direction `where`, and no byte more.
struct fault {
    direction where;
    std::uint64_t after;
    breakdown how;
};

enum class pace : std::uint8_t {
    as_it_comes,
    byte_by_byte,
    in_pieces,  // of other sizes than were sent: 1 to 13 bytes, split and joined
};

/// Stands between a client and the server on 127.0.0.1:`server_port`, and breaks when it is told to. It has a thread
/// of its own, which ends with it.
class proxy {
public:
    explicit proxy(std::uint16_t server_port);
    ~proxy();
    proxy(const proxy&) = delete;
    proxy& operator=(const proxy&) = delete;

    std::uint16_t port() const noexcept { return port_; }
    /// Counts from 0 again, lets go of what has stalled, and will break once at `f`. The count is exact while nothing
    /// is on its way.
    void arm(std::optional<fault> f);
    void set(pace p);
    /// So many bytes a second, of all that passes either way; 0: no limit.
    void limit(std::uint64_t bytes_a_second);
    /// Who connects from here on is connected, and nothing of it passes until let_in().
    void hold_newcomers();
    /// All that is held goes on.
    void let_in();
    std::size_t held() const;
    /// Connections that pass what comes.
    std::size_t open() const;
    /// Connections that were ever taken.
    std::size_t taken() const;
    /// Since the last arm().
    std::uint64_t passed(direction where) const;
    /// Connections that pass nothing on any more.
    std::size_t stalled() const;
    /// The bytes themselves; no more than the first 64 KiB.
    std::string seen(direction where) const;

private:
    struct link {
        testing::descriptor client, server;
        enum class state : std::uint8_t { open, held, stalled, over } state = state::open;
    };

    std::size_t count(enum link::state of) const;
    void run();
    void take_client();
    void pass(link& l, direction where);
    void break_down(link& l, breakdown how);
    void flip(std::span<std::byte> passing, direction where);
    std::size_t next_size() noexcept;
    void keep_the_pace(std::uint64_t bytes) noexcept;

    listener listener_;
    alarm_bell bell_;
    std::uint16_t server_port_, port_;
    mutable std::mutex mutex_;
    std::vector<link> links_;
    std::optional<fault> fault_;
    std::array<std::uint64_t, 2> passed_{};
    std::array<std::string, 2> seen_;
    std::size_t taken_ = 0;
    bool holds_newcomers_ = false;
    std::uint64_t bytes_a_second_ = 0;
    testing::deadline free_at_{};  // the line is taken until then
    pace pace_ = pace::as_it_comes;
    std::size_t piece_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace howdah::test
