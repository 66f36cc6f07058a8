// One thread, epoll, a queue of tasks that wait for one of a few connections.

#include <sys/epoll.h>
#include <unistd.h>

#include <deque>

#include "bench/floor/workloads.hpp"
#include "bench/meter.hpp"

namespace bench::floor {
namespace {

class pool_of_connections {
public:
    explicit pool_of_connections(const arguments& to) {
        for (std::uint64_t i = 0; i < pool_connections; ++i) {
            auto& c = connections_.emplace_back(to);
            c.prepare_point_select();
            epoll_event readable{.events = EPOLLIN, .data = {.u64 = i}};
            if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, c.socket(), &readable) != 0) give_up("epoll_ctl");
        }
    }
    pool_of_connections(const pool_of_connections&) = delete;
    pool_of_connections& operator=(const pool_of_connections&) = delete;
    ~pool_of_connections() { ::close(epoll_); }

    checksum run(std::int64_t count, meter& m) {
        checksum sums;
        waiting_.assign(pool_tasks, clock::now());
        started_ = 0;
        count_ = count;
        for (std::size_t i = 0; i < connections_.size(); ++i) start(i);
        for (std::int64_t answered = 0; answered < count;) {
            std::array<epoll_event, pool_connections> events{};
            const auto n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
            if (n < 0) give_up("epoll_wait");
            for (const auto& event : std::span{events}.first(static_cast<std::size_t>(n))) {
                const auto i = event.data.u64;
                connections_[i].until_ready([&](point_row r) { r.add_to(sums); });
                m.latency(asked_.at(i));
                waiting_.push_back(clock::now());
                ++answered;
                start(i);
            }
        }
        return sums;
    }

private:
    void start(std::size_t i) {
        if (started_ == count_) return;
        asked_.at(i) = waiting_.front();
        waiting_.pop_front();
        connections_[i].send(query_.with(nth_id(started_++)));
    }

    std::deque<connection> connections_;
    int epoll_ = ::epoll_create1(0);
    point_query query_;
    std::int64_t started_ = 0, count_ = 0;
    std::deque<clock::time_point> waiting_;  // when each task asked
    std::array<clock::time_point, pool_connections> asked_{};
};

}  // namespace

void pool(const arguments& to) {
    const auto n = operations(pool_operations);
    pool_of_connections all{to};
    meter m{std::max(n, pool_warm_up)};
    all.run(warm_up(pool_warm_up, n), m);
    m.start();
    const auto sums = all.run(n, m);
    m.stop();
    m.print(peer, "pool", n, sums);
}

}  // namespace bench::floor
