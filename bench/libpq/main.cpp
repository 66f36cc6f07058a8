// libpq on every workload it has: pipeline mode for `pipe`, single-row mode for `rows_stream`.
// libpq WORKLOAD HOST PORT USER PASSWORD DBNAME

#include <poll.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>

#include "bench/libpq/client.hpp"
#include "bench/meter.hpp"

namespace bench::libpq {
namespace {

void seq(PGconn& c) {
    const auto n = operations(seq_operations);
    checksum sums;
    meter m{std::max(n, seq_warm_up)};
    const auto run = [&](std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
            const auto since = clock::now();
            add(parameter{nth_id(i)}.execute(c).get(), sums);
            m.latency(since);
        }
    };
    run(warm_up(seq_warm_up, n));
    sums = {};
    m.start();
    run(n);
    m.stop();
    m.print(peer, "seq", n, sums);
}

enum class syncs { each, batch };

checksum pipe(PGconn& c, std::int64_t count, syncs how) {
    checksum sums;
    for (std::int64_t sent = 0, answered = 0; answered < count;) {
        if (sent - answered <= pipe_depth / 2 && sent < count) {
            for (const auto until = std::min(count, answered + pipe_depth); sent < until; ++sent) {
                parameter{nth_id(sent)}.send(c);
                if (how == syncs::each) PQpipelineSync(&c);  // which also flushes
            }
            if (how == syncs::batch) PQpipelineSync(&c);
        }
        const auto r = next_result(c);
        if (PQresultStatus(r.get()) != PGRES_TUPLES_OK) continue;  // the end of one query's results, or a Sync's
        add(r.get(), sums);
        ++answered;
    }
    while (PQresultStatus(next_result(c).get()) != PGRES_PIPELINE_SYNC) {}
    return sums;
}

void pipe(PGconn& c, std::string_view name, syncs how) {
    const auto n = operations(pipe_operations);
    PQenterPipelineMode(&c);
    pipe(c, warm_up(pipe_warm_up, n), how);
    meter m;
    const auto sums = pipe(c, n, how);
    m.stop();
    m.print(peer, name, n, sums);
}
void pipe_each(PGconn& c) { pipe(c, "pipe", syncs::each); }
void pipe_1sync(PGconn& c) { pipe(c, "pipe_1sync", syncs::batch); }

void rows_buf(PGconn& c) {
    checksum sums;
    meter m;
    add(query(c, all_rows).get(), sums);
    m.stop();
    m.print(peer, "rows_buf", sums.rows, sums);
}

void rows_typed(PGconn& c) {
    checksum sums;
    meter m;
    std::vector<row> rows;
    const auto r = query(c, all_rows);
    const int n = PQntuples(r.get());
    for (int i = 0; i < n; ++i)
        rows.push_back({.id = int4_at(r.get(), i, 0),
                        .v = float8_at(r.get(), i, 1),
                        .s{PQgetvalue(r.get(), i, 2), static_cast<std::size_t>(PQgetlength(r.get(), i, 2))}});
    for (const auto& one : rows) sums.add(one);
    m.stop();
    m.print(peer, "rows_typed", sums.rows, sums);
}

void rows_stream(PGconn& c) {
    checksum sums;
    meter m;
    PQsendQueryParams(&c, all_rows, 0, nullptr, nullptr, nullptr, nullptr, binary);
    PQsetSingleRowMode(&c);
    while (const auto r = next_result(c)) add(r.get(), sums);
    m.stop();
    m.print(peer, "rows_stream", sums.rows, sums);
}

void connect(const arguments& to) {
    const auto n = operations(connect_operations);
    std::int64_t sum = 0;
    meter m{n};
    for (std::int64_t i = 0; i < n; ++i) {
        const auto since = clock::now();
        {
            const auto c = open(to);
            sum += int4_at(query(*c, "select 1").get(), 0, 0);
        }
        m.latency(since);
    }
    m.stop();
    m.print(peer, "connect", n, static_cast<double>(sum));
}

struct free_notification {
    void operator()(PGnotify* n) const noexcept { PQfreemem(n); }
};
using notification = std::unique_ptr<PGnotify, free_notification>;

/// Waits for the next one.
notification next_notification(PGconn& c) {
    for (;;) {
        if (notification n{PQnotifies(&c)}) return n;
        pollfd readable{.fd = PQsocket(&c), .events = POLLIN, .revents = 0};
        if (::poll(&readable, 1, 10'000) != 1 || PQconsumeInput(&c) == 0)
            throw std::runtime_error{"a notification was lost"};
    }
}

void notify(const arguments& to) {
    const auto n = operations(notify_operations);
    const auto sender = open(to), listener = open(to);
    execute(*listener, "listen bench");
    std::int64_t sum = 0;
    meter m;
    for (std::int64_t come = 0; come < n;) {
        const auto until = std::min(n, come + notify_batch);
        execute(*sender, ("select pg_notify('bench', i::text) from generate_series(" + std::to_string(come + 1) + ", " +
                          std::to_string(until) + ") i")
                             .c_str());
        for (; come < until; ++come) sum += std::strtoll(next_notification(*listener)->extra, nullptr, 10);
    }
    m.stop();
    m.print(peer, "notify", n, static_cast<double>(sum));
}

constexpr std::array<workload<PGconn>, 10> on_a_connection{{{"seq", seq},
                                                            {"pipe", pipe_each},
                                                            {"pipe_1sync", pipe_1sync},
                                                            {"rows_buf", rows_buf},
                                                            {"rows_typed", rows_typed},
                                                            {"rows_stream", rows_stream},
                                                            {"copyin", copyin},
                                                            {"copyout", copyout},
                                                            {"copyout_dec", copyout_dec},
                                                            {"insert", insert}}};
constexpr std::array<workload<const arguments>, 2> on_several{{{"connect", connect}, {"notify", notify}}};

}  // namespace
}  // namespace bench::libpq

int main(int argc, char** argv) {
    using namespace bench;
    return run_peer("libpq", argc, argv, [](const arguments& given) {
        libpq::owned_connection c;
        return run_workload(libpq::on_several, libpq::on_a_connection, given.workload, given, [&]() -> PGconn& {
            c = libpq::open(given);
            libpq::checked(*c, PQprepare(c.get(), "p", point_select, 0, nullptr));
            return *c;
        });
    });
}
