// Logging in, select 1, and away; and notifications from one connection to another.

#include <algorithm>
#include <cstdlib>

#include "bench/floor/scram.hpp"
#include "bench/floor/workloads.hpp"
#include "bench/meter.hpp"

namespace bench::floor {
namespace {

void connects(const arguments& to, std::string_view name, salted_password* kept) {
    const auto n = operations(connect_operations);
    std::int64_t sum = 0;
    meter m{n};
    for (std::int64_t i = 0; i < n; ++i) {
        const auto since = clock::now();
        connection c{to, kept};
        c.query("select 1", [&](point_row r) { sum += r.id(); });
        c.send(message('X', {}));
        m.latency(since);
    }
    m.stop();
    m.print(peer, name, n, static_cast<double>(sum));
}

}  // namespace

void connect(const arguments& to) { connects(to, "connect", nullptr); }

void connect_cached(const arguments& to) {
    salted_password kept;
    { const connection first{to, &kept}; }
    connects(to, "connect_cached", &kept);
}

void notify(const arguments& to) {
    const auto n = operations(notify_operations);
    connection sender{to}, listener{to};
    listener.simple_query("listen bench");
    std::int64_t sum = 0;
    meter m;
    for (std::int64_t come = 0; come < n;) {
        const auto until = std::min(n, come + notify_batch);
        sender.simple_query("select pg_notify('bench', i::text) from generate_series(" + std::to_string(come + 1) +
                            ", " + std::to_string(until) + ") i");
        for (; come < until; ++come) {
            const auto notification = listener.next();
            const std::string_view channel{notification.body + sizeof(std::uint32_t)};
            sum += std::strtoll(channel.data() + channel.size() + 1, nullptr, 10);
        }
    }
    m.stop();
    m.print(peer, "notify", n, static_cast<double>(sum));
}

}  // namespace bench::floor
