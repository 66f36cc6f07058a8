// COPY both ways and an insert of arrays, all in binary, which the caller writes and reads by hand.

#include <array>
#include <stdexcept>
#include <utility>

#include "bench/libpq/client.hpp"
#include "bench/meter.hpp"

namespace bench::libpq {
namespace {

void put(std::string& out, std::uint32_t v) {
    v = htonl(v);
    out.append(reinterpret_cast<const char*>(&v), sizeof v);
}
void put_field(std::string& out, std::int32_t v) {
    put(out, 4U);
    put(out, static_cast<std::uint32_t>(v));
}
void put_field(std::string& out, double v) {
    const auto bits = htobe64(std::bit_cast<std::uint64_t>(v));
    put(out, 8U);
    out.append(reinterpret_cast<const char*>(&bits), sizeof bits);
}
void put_field(std::string& out, std::string_view v) {
    put(out, static_cast<std::uint32_t>(v.size()));
    out += v;
}

/// An array of one dimension, without nulls.
template <class Field>
std::string array_of(const std::vector<row>& rows, std::uint32_t element, Field field) {
    std::string out;
    for (const auto word : {1U, 0U, element, static_cast<std::uint32_t>(rows.size()), 1U}) put(out, word);
    for (const row& r : rows) put_field(out, field(r));
    return out;
}

void send(PGconn& c, std::string& data) {
    if (PQputCopyData(&c, data.data(), static_cast<int>(data.size())) != 1)
        throw std::runtime_error{PQerrorMessage(&c)};
    data.clear();
}

/// Calls `f` with each chunk of t in binary: libpq gives one a row.
template <class F>
void for_each_copied(PGconn& c, F f) {
    execute(c, "copy t to stdout (format binary)");
    char* data = nullptr;
    for (int size = PQgetCopyData(&c, &data, 0); size > 0; size = PQgetCopyData(&c, &data, 0)) {
        f(std::string_view{data, static_cast<std::size_t>(size)});
        PQfreemem(data);
    }
    finish_query(c);
}

}  // namespace

void copyin(PGconn& c) {
    constexpr std::size_t enough = 64'000;
    const auto n = operations(row_count);
    const auto rows = make_rows(n);
    execute(c, empty_tin);
    meter m;
    execute(c, "copy tin from stdin (format binary)");
    std::string out{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};
    for (const row& r : rows) {
        out.append("\0\3", 2);
        put_field(out, r.id);
        put_field(out, r.v);
        put_field(out, r.s);
        if (out.size() > enough) send(c, out);
    }
    send(c, out.append("\377\377", 2));
    if (PQputCopyEnd(&c, nullptr) != 1) throw std::runtime_error{PQerrorMessage(&c)};
    finish_query(c);
    m.stop();
    m.print(peer, "copyin", n, sum_of_tin(c));
}

void copyout(PGconn& c) {
    std::size_t bytes = 0;
    std::int64_t rows = -1;  // the trailer comes by itself
    meter m;
    for_each_copied(c, [&](std::string_view data) {
        bytes += data.size();
        ++rows;
    });
    m.stop();
    m.print(peer, "copyout", rows, static_cast<double>(bytes));
}

void copyout_dec(PGconn& c) {
    constexpr std::size_t header = 19;
    checksum sums;
    bool first = true;
    meter m;
    for_each_copied(c, [&](std::string_view data) {
        if (std::exchange(first, false)) data.remove_prefix(header);
        if (data.front() != 0) return;  // the trailer
        const auto word = [&](std::size_t at) {
            std::uint32_t v = 0;
            std::memcpy(&v, data.data() + at, sizeof v);
            return ntohl(v);
        };
        std::uint64_t v = 0;
        std::memcpy(&v, data.data() + 14, sizeof v);
        sums.add(static_cast<std::int32_t>(word(6)), std::bit_cast<double>(be64toh(v)), word(22));
    });
    m.stop();
    m.print(peer, "copyout_dec", sums.rows, sums);
}

void insert(PGconn& c) {
    constexpr std::uint32_t int4 = 23, float8 = 701, text = 25;
    const auto n = operations(insert_operations);
    const auto rows = make_rows(n);
    execute(c, empty_tin);
    meter m;
    const std::array arrays{array_of(rows, int4, [](const row& r) { return r.id; }),
                            array_of(rows, float8, [](const row& r) { return r.v; }),
                            array_of(rows, text, [](const row& r) { return std::string_view{r.s}; })};
    std::array<const char*, 3> values{};
    std::array<int, 3> lengths{};
    for (std::size_t i = 0; i < arrays.size(); ++i) {
        values.at(i) = arrays.at(i).data();
        lengths.at(i) = static_cast<int>(arrays.at(i).size());
    }
    constexpr std::array formats{binary, binary, binary};
    checked(c, PQexecParams(&c, insert_unnest, 3, nullptr, values.data(), lengths.data(), formats.data(), binary));
    m.stop();
    m.print(peer, "insert", n, sum_of_tin(c));
}

}  // namespace bench::libpq
