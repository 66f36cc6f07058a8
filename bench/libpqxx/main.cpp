// libpqxx, of either of its interfaces, 6 and 7; text both ways, as it speaks nothing else.
// libpqxx WORKLOAD HOST PORT USER PASSWORD DBNAME

#include <algorithm>
#include <memory>
#include <pqxx/pqxx>
#include <pqxx/stream_from>
#include <pqxx/stream_to>
#include <string>
#include <tuple>
#include <vector>

#include "bench/arguments.hpp"
#include "bench/meter.hpp"

namespace bench {
namespace {

constexpr std::string_view peer = "libpqxx";

std::unique_ptr<pqxx::connection> open(const arguments& to) {
    return std::make_unique<pqxx::connection>("host='" + to.host + "' port=" + to.port + " user=" + to.user +
                                              " password=" + to.password + " dbname=" + to.database +
                                              " sslmode=" + (to.tls ? "require" : "disable"));
}

void add(const pqxx::result& rows, checksum& sums) {
    for (const auto& r : rows) sums.add(r[0].as<std::int32_t>(), r[1].as<double>(), r[2].as<std::string>().size());
}

void seq(pqxx::connection& c) {
    const auto n = operations(seq_operations);
    checksum sums;
    c.prepare("p", point_select);
    pqxx::nontransaction tx{c};
    meter m{std::max(n, seq_warm_up)};
    const auto run = [&](std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
            const auto since = clock::now();
            add(tx.exec_prepared("p", nth_id(i)), sums);
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

// pqxx::pipeline joins what waits into one simple query, so it has one Sync a batch, and takes no parameters.
void pipe_1sync(pqxx::connection& c) {
    const auto n = operations(pipe_operations);
    checksum sums;
    pqxx::nontransaction tx{c};
    tx.exec(std::string{"prepare pp(int4) as "} + point_select);
    pqxx::pipeline in_flight{tx};
    in_flight.retain(pipe_depth / 2);
    const auto run = [&](std::int64_t count) {
        for (std::int64_t sent = 0, answered = 0; answered < count;) {
            for (const auto until = std::min(count, answered + pipe_depth); sent < until; ++sent)
                in_flight.insert("execute pp(" + std::to_string(nth_id(sent)) + ")");
            for (const auto until = std::min(sent, answered + pipe_depth / 2); answered < until; ++answered)
                add(in_flight.retrieve().second, sums);
        }
    };
    run(warm_up(pipe_warm_up, n));
    sums = {};
    meter m;
    run(n);
    m.stop();
    m.print(peer, "pipe_1sync", n, sums);
}

void rows_buf(pqxx::connection& c) {
    checksum sums;
    pqxx::nontransaction tx{c};
    meter m;
    add(tx.exec(all_rows), sums);
    m.stop();
    m.print(peer, "rows_buf", sums.rows, sums);
}

void rows_stream(pqxx::connection& c) {  // a cursor, 1,000 rows a fetch
    checksum sums;
    meter m;
    pqxx::work tx{c};
    pqxx::icursorstream cursor{tx, all_rows, "rows", 1000};
    for (pqxx::result rows; cursor >> rows;) add(rows, sums);
    m.stop();
    m.print(peer, "rows_stream", sums.rows, sums);
}

void empty(pqxx::connection& c) { pqxx::nontransaction{c}.exec(empty_tin); }
double sum(pqxx::connection& c) { return pqxx::nontransaction{c}.exec(sum_of_tin)[0][0].as<double>(); }

void copyin(pqxx::connection& c) {
    const auto n = operations(row_count);
    const auto rows = make_rows(n);
    empty(c);
    meter m;
    {
        pqxx::work tx{c};
        pqxx::stream_to in{tx, "tin", std::vector<std::string>{"id", "v", "s"}};
        for (const row& r : rows) in << std::tie(r.id, r.v, r.s);
        in.complete();
        tx.commit();
    }
    m.stop();
    m.print(peer, "copyin", n, sum(c));
}

void copyout(pqxx::connection& c) {
    std::size_t bytes = 0;
    std::int64_t rows = 0;
    meter m;
    pqxx::work tx{c};
    pqxx::stream_from out{tx, "t"};
    for (std::string line; out.get_raw_line(line); ++rows) bytes += line.size();
    m.stop();
    m.print(peer, "copyout", rows, static_cast<double>(bytes));
}

void copyout_dec(pqxx::connection& c) {
    checksum sums;
    meter m;
    pqxx::work tx{c};
    pqxx::stream_from out{tx, "t"};
    for (std::tuple<std::int32_t, double, std::string> r; out >> r;)
        sums.add(std::get<0>(r), std::get<1>(r), std::get<2>(r).size());
    m.stop();
    m.print(peer, "copyout_dec", sums.rows, sums);
}

void insert(pqxx::connection& c) {  // arrays as text
    const auto n = operations(insert_operations);
    const auto rows = make_rows(n);
    empty(c);
    meter m;
    std::string ids = "{", values = "{", texts = "{";
    for (const row& r : rows) {
        const char* between = ids.size() > 1 ? "," : "";
        ids += between + pqxx::to_string(r.id);
        values += between + pqxx::to_string(r.v);
        texts += between + ('"' + r.s + '"');
    }
    pqxx::nontransaction{c}.exec_params(insert_unnest, ids + '}', values + '}', texts + '}');
    m.stop();
    m.print(peer, "insert", n, sum(c));
}

void connect(const arguments& to) {
    const auto n = operations(connect_operations);
    std::int64_t sum = 0;
    meter m{n};
    for (std::int64_t i = 0; i < n; ++i) {
        const auto since = clock::now();
        {
            const auto c = open(to);
            sum += pqxx::nontransaction{*c}.exec("select 1")[0][0].as<int>();
        }
        m.latency(since);
    }
    m.stop();
    m.print(peer, "connect", n, static_cast<double>(sum));
}

constexpr std::array<workload<pqxx::connection>, 8> on_a_connection{{{"seq", seq},
                                                                     {"pipe_1sync", pipe_1sync},
                                                                     {"rows_buf", rows_buf},
                                                                     {"rows_stream", rows_stream},
                                                                     {"copyin", copyin},
                                                                     {"copyout", copyout},
                                                                     {"copyout_dec", copyout_dec},
                                                                     {"insert", insert}}};
constexpr std::array<workload<const arguments>, 1> on_several{{{"connect", connect}}};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    using namespace bench;
    return run_peer("libpqxx", argc, argv, [](const arguments& given) {
        std::unique_ptr<pqxx::connection> c;
        return run_workload(on_several, on_a_connection, given.workload, given,
                            [&]() -> pqxx::connection& { return *(c = open(given)); });
    });
}
