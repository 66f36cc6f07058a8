// libpqxx's COPY, which is text: libpqxx WORKLOAD HOST PORT USER PASSWORD DBNAME. Of either of its interfaces, 6 and 7.

#include <cstdio>
#include <exception>
#include <memory>
#include <pqxx/pqxx>
#include <pqxx/stream_to>
#include <string>
#include <tuple>
#include <vector>

#include "bench/arguments.hpp"
#include "bench/meter.hpp"

namespace bench {
namespace {

void copy_in(pqxx::connection& c) {
    const auto n = operations(row_count);
    const auto rows = rows_to_copy();
    pqxx::work tx{c};
    tx.exec(create_sink);
    meter m;
    pqxx::stream_to in{tx, "sink", std::vector<std::string>{"id", "v", "s"}};
    for (std::int64_t left = n; left > 0; left -= static_cast<std::int64_t>(rows.size()))
        for (std::size_t i = 0; i < rows.size() && static_cast<std::int64_t>(i) < left; ++i)
            in << std::tie(rows[i].id, rows[i].v, rows[i].s);
    in.complete();
    m.stop();
    const auto sum = tx.exec(sum_of_sink);
    m.print("libpqxx", "copy_in", n, checksum::of_sink(sum[0][0].as<std::int32_t>(), sum[0][1].as<double>()));
}

constexpr std::array<workload<pqxx::connection>, 1> offered{{{"copy_in", copy_in}}};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) try {
    using namespace bench;
    const arguments given{std::span{argv, static_cast<std::size_t>(argc)}.subspan(1)};
    return run_workload(offered, given.workload, [&] {
        return pqxx::connection{"host='" + given.host + "' port=" + given.port + " user=" + given.user +
                                " password=" + given.password + " dbname=" + given.database + " sslmode=disable"};
    });
} catch (const std::exception& e) {
    std::fprintf(stderr, "libpqxx: %s\n", e.what());
    return bench::failed;
}
