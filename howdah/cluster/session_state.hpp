#pragma once

#include <mutex>
#include <optional>

#include "howdah/cluster/session_token.hpp"

namespace howdah::clustering {

/// What a session has seen so far. For any thread.
class session_state {
public:
    session_state() = default;
    explicit session_state(const session_point& from) : point_{from} {}

    /// nullopt: it has written nothing.
    std::optional<session_point> point() const {
        const std::scoped_lock lock{mutex_};
        return point_;
    }
    /// It has written something, and it is not known where that stands: its reads stay on the primary.
    bool is_lost() const {
        const std::scoped_lock lock{mutex_};
        return lost_;
    }
    /// `where` is behind what it has just written; nullopt: not known.
    void wrote(std::uint64_t system, const std::optional<wal_position>& where) {
        const std::scoped_lock lock{mutex_};
        lost_ = !where;
        if (!where) return;
        const session_point now{.system = system, .past = *where};
        point_ = point_ ? later(*point_, now) : now;
    }

private:
    mutable std::mutex mutex_;
    std::optional<session_point> point_;
    bool lost_ = false;
};

}  // namespace howdah::clustering
