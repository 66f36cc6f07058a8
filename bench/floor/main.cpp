// The hand-written floor of every workload: floor WORKLOAD HOST PORT USER PASSWORD DBNAME.

#include <arpa/inet.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstring>
#include <exception>
#include <utility>

#include "bench/floor/connection.hpp"
#include "bench/floor/received_rows.hpp"
#include "bench/meter.hpp"

namespace bench::floor {
namespace {

constexpr std::string_view peer = "floor";

void seq(connection& c) {
    const auto n = operations(seq_operations);
    point_query query;
    checksum sums;
    meter m{std::max(n, seq_warm_up)};
    const auto run = [&](std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
            const auto since = clock::now();
            c.send(query.with(nth_id(i)));
            c.until_ready([&](point_row r) { r.add_to(sums); });
            m.latency(since);
        }
    };
    run(seq_warm_up);
    sums = {};
    m.start();
    run(n);
    m.stop();
    m.print(peer, "seq", n, sums);
}

enum class syncs { each, batch };

// A sliding window: as soon as half of it is answered, as much again goes out in one write.
checksum pipe(connection& c, std::int64_t count, syncs how) {
    point_query query;
    std::string out;
    checksum sums;
    for (std::int64_t sent = 0, answered = 0; answered < count;) {
        if (sent - answered <= pipe_depth / 2 && sent < count) {
            out.clear();
            for (const auto until = std::min(count, answered + pipe_depth); sent < until; ++sent)
                out += how == syncs::each ? query.with(nth_id(sent)) : query.without_sync(nth_id(sent));
            if (how == syncs::batch) out += sync();
            c.send(out);
        }
        const auto m = c.next();
        if (m.tag == 'D') point_row{m.body}.add_to(sums);
        if (m.tag == 'C') ++answered;
    }
    while (c.next().tag != 'Z' || !c.drained()) {}
    return sums;
}

void pipe(connection& c, std::string_view name, syncs how) {
    const auto n = operations(pipe_operations);
    pipe(c, pipe_warm_up, how);
    meter m;
    const auto sums = pipe(c, n, how);
    m.stop();
    m.print(peer, name, n, sums);
}
void pipe_each(connection& c) { pipe(c, "pipe", syncs::each); }
void pipe_1sync(connection& c) { pipe(c, "pipe_1sync", syncs::batch); }

std::string select_all() { return parse("", all_rows) + bind() + execute() + sync(); }

void rows_stream(connection& c) {
    checksum sums;
    meter m;
    c.send(select_all());
    c.until_ready([&](point_row r) { r.add_to(sums); });
    m.stop();
    m.print(peer, "rows_stream", sums.rows, sums);
}

void rows_buf(connection& c) {
    checksum sums;
    meter m;
    c.send(select_all());
    const received_rows rows{c};
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].add_to(sums);
    m.stop();
    m.print(peer, "rows_buf", sums.rows, sums);
}

void rows_typed(connection& c) {
    std::vector<row> rows;
    checksum sums;
    meter m;
    c.send(select_all());
    c.until_ready([&](point_row r) { rows.push_back({.id = r.id(), .v = r.v(), .s = std::string{r.s()}}); });
    for (const auto& r : rows) sums.add(r);
    m.stop();
    m.print(peer, "rows_typed", sums.rows, sums);
}

struct point_row_sum {
    std::int32_t count = 0;
    double total = 0;
};

/// Runs what gives one row of t's shape, or none.
point_row_sum run(connection& c, std::string_view sql) {
    point_row_sum out;
    c.send(parse("", sql) + bind() + execute() + sync());
    c.until_ready([&](point_row r) { out = {r.id(), r.v()}; });
    return out;
}

// COPY's binary format, written into one CopyData after another of 64 KiB.
class copy_data {
public:
    explicit copy_data(connection& c) : to_{c} { put({"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19}); }

    void add(const row& r) {
        if (out_.size() - at_ < r.s.size() + 64) flush();
        char* p = &out_[at_];
        const std::uint16_t three = htons(3);
        const std::uint32_t four = htonl(4), eight = htonl(8);
        const auto id = htonl(static_cast<std::uint32_t>(r.id));
        const auto v = htobe64(std::bit_cast<std::uint64_t>(r.v));
        const auto length = htonl(static_cast<std::uint32_t>(r.s.size()));
        std::memcpy(p, &three, sizeof three);
        std::memcpy(p + 2, &four, sizeof four);
        std::memcpy(p + 6, &id, 4);
        std::memcpy(p + 10, &eight, sizeof eight);
        std::memcpy(p + 14, &v, 8);
        std::memcpy(p + 22, &length, 4);
        std::memcpy(p + 26, r.s.data(), r.s.size());  // NOLINT(bugprone-not-null-terminated-result)
        at_ += 26 + r.s.size();
    }
    void finish() {
        put({"\377\377", 2});
        flush();
        to_.send(message('c', {}));
    }

private:
    void put(std::string_view bytes) {
        std::memcpy(&out_[at_], bytes.data(), bytes.size());
        at_ += bytes.size();
    }
    void flush() {
        const auto length = htonl(static_cast<std::uint32_t>(at_ - 1));
        std::memcpy(&out_[1], &length, 4);
        to_.send({out_.data(), at_});
        at_ = 5;
    }

    connection& to_;
    std::string out_ = 'd' + std::string((std::size_t{64} << 10) - 1, '\0');
    std::size_t at_ = 5;
};

void copy_in(connection& c) {
    const auto n = operations(row_count);
    const auto rows = rows_to_copy();
    run(c, create_sink);
    meter m;
    c.send(message('Q', std::string{"copy sink from stdin (format binary)"} + '\0'));
    while (c.next().tag != 'G') {}
    copy_data out{c};
    for (std::int64_t left = n; left > 0; left -= static_cast<std::int64_t>(rows.size()))
        for (std::size_t i = 0; i < rows.size() && static_cast<std::int64_t>(i) < left; ++i) out.add(rows[i]);
    out.finish();
    c.until_ready();
    m.stop();
    const auto sum = run(c, sum_of_sink);
    m.print(peer, "copy_in", n, checksum::of_sink(sum.count, sum.total));
}

void copy_out(connection& c) {
    checksum sums;
    meter m;
    c.send(message('Q', std::string{"copy t to stdout (format binary)"} + '\0'));
    bool first = true;
    for (auto f = c.next(); f.tag != 'Z'; f = c.next()) {
        if (f.tag != 'd') continue;
        const char* at = f.body + (std::exchange(first, false) ? 19 : 0);
        if (static_cast<signed char>(*at) < 0) continue;  // the trailer
        const point_row in{at};
        const row r{.id = in.id(), .v = in.v(), .s = std::string{in.s()}};
        sums.add(r);
    }
    m.stop();
    m.print(peer, "copy_out", sums.rows, sums);
}

constexpr std::array<workload<connection>, 8> offered{{{"seq", seq},
                                                       {"pipe", pipe_each},
                                                       {"pipe_1sync", pipe_1sync},
                                                       {"rows_buf", rows_buf},
                                                       {"rows_typed", rows_typed},
                                                       {"rows_stream", rows_stream},
                                                       {"copy_in", copy_in},
                                                       {"copy_out", copy_out}}};

struct prepared_connection : connection {
    explicit prepared_connection(const arguments& to) : connection{to} {
        send(parse("p", point_select) + sync());
        until_ready();
    }
};

}  // namespace
}  // namespace bench::floor

int main(int argc, char** argv) try {
    using namespace bench;
    const arguments given{std::span{argv, static_cast<std::size_t>(argc)}.subspan(1)};
    return run_workload(floor::offered, given.workload, [&] { return floor::prepared_connection{given}; });
} catch (const std::exception& e) {
    std::fprintf(stderr, "floor: %s\n", e.what());
    return bench::failed;
}
