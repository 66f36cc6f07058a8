// libpq on every workload it has: binary parameters and results throughout, pipeline mode for `pipe`.
// libpq WORKLOAD HOST PORT USER PASSWORD DBNAME

#include <arpa/inet.h>
#include <libpq-fe.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <stdexcept>

#include "bench/arguments.hpp"
#include "bench/meter.hpp"

namespace bench {
namespace {

constexpr std::string_view peer = "libpq";
constexpr int binary = 1;

struct finish {
    void operator()(PGconn* c) const noexcept { PQfinish(c); }
    void operator()(PGresult* r) const noexcept { PQclear(r); }
};
using answer = std::unique_ptr<PGresult, finish>;

answer checked(PGconn* c, PGresult* r) {
    const auto status = PQresultStatus(r);
    answer owned{r};
    if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_PIPELINE_ABORTED)
        throw std::runtime_error{PQerrorMessage(c)};
    return owned;
}

/// Null at the end of one query's results.
answer next_result(PGconn* c) {
    auto* r = PQgetResult(c);
    return r == nullptr ? answer{} : checked(c, r);
}

std::unique_ptr<PGconn, finish> open(const arguments& to) {
    const char* names[] = {"host", "port", "user", "password", "dbname", "sslmode", "gssencmode", nullptr};
    const char* values[] = {to.host.c_str(),     to.port.c_str(), to.user.c_str(), to.password.c_str(),
                            to.database.c_str(), "disable",       "disable",       nullptr};
    std::unique_ptr<PGconn, finish> c{PQconnectdbParams(names, values, 0)};
    if (PQstatus(c.get()) != CONNECTION_OK) throw std::runtime_error{PQerrorMessage(c.get())};
    checked(c.get(), PQprepare(c.get(), "p", point_select, 0, nullptr));
    return c;
}

std::int32_t int4_at(const PGresult* r, int i) {
    std::uint32_t v = 0;
    std::memcpy(&v, PQgetvalue(r, i, 0), sizeof v);
    return static_cast<std::int32_t>(ntohl(v));
}

double float8_at(const PGresult* r, int i) {
    std::uint64_t v = 0;
    std::memcpy(&v, PQgetvalue(r, i, 1), sizeof v);
    return std::bit_cast<double>(be64toh(v));
}

void add(const PGresult* r, checksum& sums) {
    const int n = PQntuples(r);
    for (int i = 0; i < n; ++i)
        sums.add(int4_at(r, i), float8_at(r, i), static_cast<std::size_t>(PQgetlength(r, i, 2)));
}

/// One int4, in binary.
class parameter {
public:
    explicit parameter(std::int32_t v) : network_{htonl(static_cast<std::uint32_t>(v))} {}
    answer execute(PGconn* c) const {
        return checked(c, PQexecPrepared(c, "p", 1, &value_, &length_, &binary, binary));
    }
    void send(PGconn* c) const {
        if (PQsendQueryPrepared(c, "p", 1, &value_, &length_, &binary, binary) == 0)
            throw std::runtime_error{PQerrorMessage(c)};
    }

private:
    std::uint32_t network_;
    const char* value_ = reinterpret_cast<const char*>(&network_);
    int length_ = sizeof network_;
};

void seq(PGconn& c) {
    const auto n = operations(seq_operations);
    checksum sums;
    meter m{std::max(n, seq_warm_up)};
    const auto run = [&](std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
            const auto since = clock::now();
            add(parameter{nth_id(i)}.execute(&c).get(), sums);
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

checksum pipe(PGconn* c, std::int64_t count, syncs how) {
    checksum sums;
    for (std::int64_t sent = 0, answered = 0; answered < count;) {
        if (sent - answered <= pipe_depth / 2 && sent < count) {
            for (const auto until = std::min(count, answered + pipe_depth); sent < until; ++sent) {
                parameter{nth_id(sent)}.send(c);
                if (how == syncs::each) PQpipelineSync(c);  // which also flushes
            }
            if (how == syncs::batch) PQpipelineSync(c);
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
    pipe(&c, pipe_warm_up, how);
    meter m;
    const auto sums = pipe(&c, n, how);
    m.stop();
    m.print(peer, name, n, sums);
}
void pipe_each(PGconn& c) { pipe(c, "pipe", syncs::each); }
void pipe_1sync(PGconn& c) { pipe(c, "pipe_1sync", syncs::batch); }

answer select_all(PGconn* c) {
    return checked(c, PQexecParams(c, all_rows, 0, nullptr, nullptr, nullptr, nullptr, binary));
}

void rows_buf(PGconn& c) {
    checksum sums;
    meter m;
    add(select_all(&c).get(), sums);
    m.stop();
    m.print(peer, "rows_buf", sums.rows, sums);
}

void rows_typed(PGconn& c) {
    checksum sums;
    meter m;
    std::vector<row> rows;
    const auto r = select_all(&c);
    const int n = PQntuples(r.get());
    for (int i = 0; i < n; ++i)
        rows.push_back({.id = int4_at(r.get(), i),
                        .v = float8_at(r.get(), i),
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
    while (const auto r = next_result(&c)) add(r.get(), sums);
    m.stop();
    m.print(peer, "rows_stream", sums.rows, sums);
}

void execute(PGconn& c, const char* sql) { checked(&c, PQexec(&c, sql)); }

/// A row in the text format, which is what programs on libpq send: numbers by the fastest that the language has.
class text_row {
public:
    std::string_view of(const row& r) {
        char* at = std::to_chars(text_.data(), &text_[16], r.id).ptr;
        *at++ = '\t';
        at = std::to_chars(at, at + 32, r.v).ptr;
        *at++ = '\t';
        size_ = static_cast<std::size_t>(at - text_.data());
        for (const char one : r.s) {
            if (one == '\t' || one == '\n' || one == '\r' || one == '\\') put('\\');
            put(one == '\t' ? 't' : one == '\n' ? 'n' : one == '\r' ? 'r' : one);
        }
        put('\n');
        return {text_.data(), size_};
    }

private:
    void put(char one) { text_.at(size_++) = one; }

    std::array<char, 256> text_{};
    std::size_t size_ = 0;
};

void copy_in(PGconn& c) {
    const auto n = operations(row_count);
    const auto rows = rows_to_copy();
    text_row text;
    execute(c, create_sink);
    meter m;
    execute(c, "copy sink (id, v, s) from stdin");
    for (std::int64_t left = n; left > 0; left -= static_cast<std::int64_t>(rows.size()))
        for (std::size_t i = 0; i < rows.size() && static_cast<std::int64_t>(i) < left; ++i) {
            const auto line = text.of(rows[i]);
            if (PQputCopyData(&c, line.data(), static_cast<int>(line.size())) != 1)
                throw std::runtime_error{PQerrorMessage(&c)};
        }
    if (PQputCopyEnd(&c, nullptr) != 1) throw std::runtime_error{PQerrorMessage(&c)};
    while (next_result(&c)) {}
    m.stop();
    const auto r = checked(&c, PQexecParams(&c, sum_of_sink, 0, nullptr, nullptr, nullptr, nullptr, binary));
    m.print(peer, "copy_in", n, checksum::of_sink(int4_at(r.get(), 0), float8_at(r.get(), 0)));
}

/// Binary, as libpq is quickest with.
void copy_out(PGconn& c) {
    checksum sums;
    meter m;
    execute(c, "copy t to stdout (format binary)");
    char* data = nullptr;
    for (bool first = true; PQgetCopyData(&c, &data, 0) > 0; first = false, PQfreemem(data)) {
        const char* at = data + (first ? 19 : 0);
        const auto u32 = [&](std::ptrdiff_t offset) {
            std::uint32_t v = 0;
            std::memcpy(&v, at + offset, sizeof v);
            return ntohl(v);
        };
        if (static_cast<signed char>(*at) < 0) continue;  // the trailer
        std::uint64_t v = 0;
        std::memcpy(&v, at + 14, sizeof v);
        const row r{
            .id = static_cast<std::int32_t>(u32(6)), .v = std::bit_cast<double>(be64toh(v)), .s{at + 26, u32(22)}};
        sums.add(r);
    }
    while (next_result(&c)) {}
    m.stop();
    m.print(peer, "copy_out", sums.rows, sums);
}

constexpr std::array<workload<PGconn>, 8> offered{{{"seq", seq},
                                                   {"pipe", pipe_each},
                                                   {"pipe_1sync", pipe_1sync},
                                                   {"rows_buf", rows_buf},
                                                   {"rows_typed", rows_typed},
                                                   {"rows_stream", rows_stream},
                                                   {"copy_in", copy_in},
                                                   {"copy_out", copy_out}}};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) try {
    using namespace bench;
    const arguments given{std::span{argv, static_cast<std::size_t>(argc)}.subspan(1)};
    std::unique_ptr<PGconn, finish> c;
    return run_workload(offered, given.workload, [&]() -> PGconn& {
        c = open(given);
        return *c;
    });
} catch (const std::exception& e) {
    std::fprintf(stderr, "libpq: %s\n", e.what());
    return bench::failed;
}
