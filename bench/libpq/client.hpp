#pragma once
// What the workloads of libpq share: binary parameters and results throughout.

#include <arpa/inet.h>
#include <libpq-fe.h>

#include <bit>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "bench/arguments.hpp"
#include "bench/workload.hpp"

namespace bench::libpq {

inline constexpr std::string_view peer = "libpq";
inline constexpr int binary = 1;

struct finish {
    void operator()(PGconn* c) const noexcept { PQfinish(c); }
    void operator()(PGresult* r) const noexcept { PQclear(r); }
};
using owned_connection = std::unique_ptr<PGconn, finish>;
using answer = std::unique_ptr<PGresult, finish>;

owned_connection open(const arguments& to);

/// Throws what the server says.
answer checked(PGconn& c, PGresult* r);
/// Null at the end of one query's results.
answer next_result(PGconn& c);
void execute(PGconn& c, const char* sql);
/// Of a query without parameters.
answer query(PGconn& c, const char* sql);
/// Reads to the end of what was asked for last.
void finish_query(PGconn& c);

std::int32_t int4_at(const PGresult* r, int row, int column);
double float8_at(const PGresult* r, int row, int column);
/// Every row of t's shape.
void add(const PGresult* r, checksum& sums);
/// The checksum of what has come to tin.
double sum_of_tin(PGconn& c);

/// One int4, in binary, for the statement "p", which is point_select.
class parameter {
public:
    explicit parameter(std::int32_t v) : network_{htonl(static_cast<std::uint32_t>(v))} {}
    answer execute(PGconn& c) const;
    void send(PGconn& c) const;

private:
    std::uint32_t network_;
    const char* value_ = reinterpret_cast<const char*>(&network_);
    int length_ = sizeof network_;
};

// The workloads, by the names of bench/README.md.
void copyin(PGconn& c);
void copyout(PGconn& c);
void copyout_dec(PGconn& c);
void insert(PGconn& c);

}  // namespace bench::libpq
