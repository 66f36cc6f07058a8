#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "howdah/cluster/cluster_options.hpp"
#include "howdah/cluster/node.hpp"
#include "howdah/cluster/primary_history.hpp"
#include "howdah/core/wal_position.hpp"

namespace howdah::clustering {

/// What a call wants of its node.
struct wish {
    enum class side : std::uint8_t { primary, reads };

    side to = side::primary;
    routing how{};                       // of reads
    const wal_position* past = nullptr;  // a replica must have replayed this; a primary must not be older
};

/// How a call left its node.
enum class outcome : std::uint8_t {
    answered,   // by the server, with an error too
    failed,     // by the node's fault
    abandoned,  // nobody knows
};

/// What becomes of a node's connections.
enum class connections : std::uint8_t {
    kept,
    discarded,  // those in use stay until they come back
    cut_off,    // all are ended: nobody answers there, or nobody may write there any more
};

/// Something that observers are told, and that the shell may have to act on.
struct news {
    enum class kind : std::uint8_t {
        role,      // `who` was `before`, and its connections are now `left`
        primary,   // `who` is the primary, after `other`, which may be null
        conflict,  // `other` claims to be the primary too, and is not believed
    };
    kind what;
    std::shared_ptr<node> who, other{};
    node_role before = node_role::unknown, now = node_role::unknown;
    connections left = connections::kept;
    std::string reason{};
    clock::duration without_primary{};
    std::uint32_t timeline = 0, other_timeline = 0;
};

/// A cluster without its connections: what each node is, and which of them gets a call. No I/O, no clock and no lock: a
/// shell calls it under one mutex, probes the nodes and takes the news.
///
/// Of two nodes that claim to be the primary the one with the later timeline is believed; a primary with an earlier
/// timeline than was ever seen, or of another system, is never believed.
class topology {
public:
    static constexpr std::size_t most_nodes = 64;

    /// `draw` in [0, 1) is for the policies that draw. `zone` is the callers'.
    topology(const cluster_options& options, std::string zone, double (*draw)());

    // Nodes.

    /// Throws invalid_option for a name that is there already, or too many.
    void add(std::shared_ptr<node> n);
    /// It gets no more calls. Nothing, where it is not there.
    void remove(const node& n, clock::time_point now);
    const std::vector<std::shared_ptr<node>>& nodes() const noexcept { return nodes_; }
    std::shared_ptr<node> find(std::string_view name) const;

    // Monitors.

    void probed(node& n, const probe_answer& answer, clock::duration round_trip, clock::time_point now);
    void unreachable(node& n, const error& why, clock::time_point now);
    /// A replica has said itself that it has not replayed what it was thought to.
    void not_replayed(node& n) noexcept { n.known_.position.reset(); }
    /// When it is to be probed next, if nobody asks for it earlier.
    clock::duration probe_interval() const noexcept;

    // Calls.

    /// A node for a call that was not at those in `tried`; null: none.
    std::shared_ptr<node> choose(const wish& w, std::uint64_t tried, clock::time_point now);
    /// Why no node will ever have a call, unless something is changed: all of them refuse to be connected to. Null: one may.
    const error* hopeless() const noexcept;
    /// A replica may come to have replayed what the wish wants.
    bool may_catch_up(const wish& w) const noexcept;
    void began(node& n) noexcept;
    void ended(node& n, outcome how, clock::duration took, clock::time_point now) noexcept;

    const std::shared_ptr<node>& primary() const noexcept { return primary_; }
    /// The identifier of the system; 0: not known yet.
    std::uint64_t system() const noexcept { return system_; }
    /// Grows when a call that waits may find a node.
    std::uint64_t version() const noexcept { return version_; }

    // The shell's side.

    std::optional<news> next_news();
    std::vector<node_status> status(clock::time_point now) const;
    /// "db1:5432 is unknown: ...; db2:5432 is a replica", for messages.
    std::string describe() const;
    const cluster_options& options() const noexcept { return options_; }

private:
    bool may_read(const node& n, const wish& w) const noexcept;
    bool has_replayed(const node& n, const wal_position& p) const noexcept;
    std::optional<std::uint64_t> lag_bytes(const node& n) const noexcept;
    std::optional<clock::duration> lag(const node& n) const noexcept;

    std::shared_ptr<node> handle(const node& n) const;
    void become(node& n, node_role what, std::string why, connections left = connections::kept);
    void lose_primary(clock::time_point now);
    void believe(node& n, clock::time_point now);
    bool is_of_this_system(node& n, const probe_answer& answer);
    void claims_primary(node& n, const probe_answer& answer, clock::time_point now);
    void refuse(node& n, std::uint32_t timeline, clock::time_point now);
    void conflict(const node& believed, const node& refused);

    cluster_options options_;
    std::string zone_;
    double (*draw_)();
    std::vector<std::shared_ptr<node>> nodes_;
    std::uint64_t places_ = 0;  // taken
    std::shared_ptr<node> primary_, last_primary_;
    clock::time_point without_since_{};
    bool had_none_ = true;  // ever since it was made
    std::uint64_t system_ = 0;
    std::uint32_t latest_timeline_ = 0;
    primary_history history_;
    std::deque<news> news_;
    std::uint64_t version_ = 1;
};

}  // namespace howdah::clustering
