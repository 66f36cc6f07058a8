#include "bench/libpq/client.hpp"

#include <stdexcept>

namespace bench::libpq {

owned_connection open(const arguments& to) {
    const char* names[] = {"host", "port", "user", "password", "dbname", "sslmode", "gssencmode", nullptr};
    const char* values[] = {to.host.c_str(),     to.port.c_str(),
                            to.user.c_str(),     to.password.c_str(),
                            to.database.c_str(), to.tls ? "require" : "disable",
                            "disable",           nullptr};
    owned_connection c{PQconnectdbParams(names, values, 0)};
    if (PQstatus(c.get()) != CONNECTION_OK) throw std::runtime_error{PQerrorMessage(c.get())};
    return c;
}

answer checked(PGconn& c, PGresult* r) {
    const auto status = PQresultStatus(r);
    answer owned{r};
    if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_PIPELINE_ABORTED)
        throw std::runtime_error{PQerrorMessage(&c)};
    return owned;
}

answer next_result(PGconn& c) {
    auto* r = PQgetResult(&c);
    return r == nullptr ? answer{} : checked(c, r);
}

void execute(PGconn& c, const char* sql) { checked(c, PQexec(&c, sql)); }

answer query(PGconn& c, const char* sql) {
    return checked(c, PQexecParams(&c, sql, 0, nullptr, nullptr, nullptr, nullptr, binary));
}

void finish_query(PGconn& c) {
    while (next_result(c)) {}
}

std::int32_t int4_at(const PGresult* r, int row, int column) {
    std::uint32_t v = 0;
    std::memcpy(&v, PQgetvalue(r, row, column), sizeof v);
    return static_cast<std::int32_t>(ntohl(v));
}

double float8_at(const PGresult* r, int row, int column) {
    std::uint64_t v = 0;
    std::memcpy(&v, PQgetvalue(r, row, column), sizeof v);
    return std::bit_cast<double>(be64toh(v));
}

void add(const PGresult* r, checksum& sums) {
    const int n = PQntuples(r);
    for (int i = 0; i < n; ++i)
        sums.add(int4_at(r, i, 0), float8_at(r, i, 1), static_cast<std::size_t>(PQgetlength(r, i, 2)));
}

double sum_of_tin(PGconn& c) { return float8_at(query(c, bench::sum_of_tin).get(), 0, 0); }

answer parameter::execute(PGconn& c) const {
    return checked(c, PQexecPrepared(&c, "p", 1, &value_, &length_, &binary, binary));
}

void parameter::send(PGconn& c) const {
    if (PQsendQueryPrepared(&c, "p", 1, &value_, &length_, &binary, binary) == 0)
        throw std::runtime_error{PQerrorMessage(&c)};
}

}  // namespace bench::libpq
