// SOCI 4 with its PostgreSQL backend, which has no pipelines and no COPY; Debian 12's can't read row by row either (with
// singlerows=true every query throws). soci WORKLOAD HOST PORT USER PASSWORD DBNAME

#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bench/arguments.hpp"
#include "bench/meter.hpp"

namespace bench {
namespace {

constexpr std::string_view peer = "soci";

std::string conninfo(const arguments& to) {
    return "host=" + to.host + " port=" + to.port + " user=" + to.user + " password=" + to.password +
           " dbname=" + to.database + " sslmode=" + (to.tls ? "require" : "disable");
}

/// A prepared point select bound to variables of its own.
class point {
public:
    explicit point(soci::session& db)
        : statement_{(db.prepare << "select id, v, s from t where id = :id", soci::into(id_), soci::into(v_),
                      soci::into(s_), soci::use(key_, "id"))} {}
    void run(std::int32_t key, checksum& sums) {
        key_ = key;
        statement_.execute(true);
        sums.add(id_, v_, s_.size());
    }

private:
    int key_ = 0, id_ = 0;
    double v_ = 0;
    std::string s_;
    soci::statement statement_;
};

void seq(soci::session& db) {
    const auto n = operations(seq_operations);
    checksum sums;
    point select{db};
    meter m{std::max(n, seq_warm_up)};
    const auto run = [&](std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) {
            const auto since = clock::now();
            select.run(nth_id(i), sums);
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

void rows_buf(soci::session& db) {  // 1,000 rows a fetch, of a result that libpq keeps whole
    constexpr std::size_t batch = 1000;
    checksum sums;
    meter m;
    std::vector<int> ids(batch);
    std::vector<double> values(batch);
    std::vector<std::string> texts(batch);
    soci::statement all = (db.prepare << all_rows, soci::into(ids), soci::into(values), soci::into(texts));
    all.execute();
    while (all.fetch()) {
        for (std::size_t i = 0; i < ids.size(); ++i) sums.add(ids[i], values[i], texts[i].size());
        ids.resize(batch);
        values.resize(batch);
        texts.resize(batch);
    }
    m.stop();
    m.print(peer, "rows_buf", sums.rows, sums);
}

void insert(soci::session& db) {  // a vector of rows is a round trip each
    const auto n = operations(insert_operations);
    std::vector<int> ids;
    std::vector<double> values;
    std::vector<std::string> texts;
    for (const row& r : make_rows(n)) {
        ids.push_back(r.id);
        values.push_back(r.v);
        texts.push_back(r.s);
    }
    db << empty_tin;
    meter m;
    {
        soci::transaction tx{db};
        soci::statement each = (db.prepare << "insert into tin values (:id, :v, :s)", soci::use(ids, "id"),
                                soci::use(values, "v"), soci::use(texts, "s"));
        each.execute(true);
        tx.commit();
    }
    m.stop();
    double sum = 0;
    db << sum_of_tin, soci::into(sum);
    m.print(peer, "insert", n, sum);
}

/// Threads that lease from a pool.
class lessees {
public:
    explicit lessees(const arguments& to) {
        for (std::size_t i = 0; i < pool_connections; ++i) {
            pool_.at(i).open(soci::postgresql, conninfo(to));
            points_.push_back(std::make_unique<point>(pool_.at(i)));
        }
    }
    checksum run(std::int64_t count, meter& m) {
        next_ = 0;
        checksum sums;
        std::vector<std::jthread> threads;
        for (std::int64_t i = 0; i < pool_tasks; ++i) threads.emplace_back([&] { work(count, sums, m); });
        threads.clear();
        return sums;
    }

private:
    void work(std::int64_t count, checksum& all, meter& m) {
        checksum sums;
        latencies taken{count / pool_tasks * 2};
        for (auto i = next_++; i < count; i = next_++) {
            const auto since = clock::now();
            const auto at = pool_.lease();
            points_[at]->run(nth_id(i), sums);
            pool_.give_back(at);
            taken.add(clock::now() - since);
        }
        const std::lock_guard lock{mutex_};
        all.add(sums);
        m.latency(taken);
    }

    soci::connection_pool pool_{pool_connections};
    std::vector<std::unique_ptr<point>> points_;
    std::atomic<std::int64_t> next_ = 0;
    std::mutex mutex_;
};

void pool(const arguments& to) {
    const auto n = operations(pool_operations);
    lessees all{to};
    meter m{std::max(n, pool_warm_up)};
    all.run(warm_up(pool_warm_up, n), m);
    m.start();
    const auto sums = all.run(n, m);
    m.stop();
    m.print(peer, "pool", n, sums);
}

void connect(const arguments& to) {
    const auto n = operations(connect_operations);
    std::int64_t sum = 0;
    meter m{n};
    for (std::int64_t i = 0; i < n; ++i) {
        const auto since = clock::now();
        {
            soci::session db{soci::postgresql, conninfo(to)};
            int one = 0;
            db << "select 1", soci::into(one);
            sum += one;
        }
        m.latency(since);
    }
    m.stop();
    m.print(peer, "connect", n, static_cast<double>(sum));
}

constexpr std::array<workload<soci::session>, 3> on_a_connection{
    {{"seq", seq}, {"rows_buf", rows_buf}, {"insert", insert}}};
constexpr std::array<workload<const arguments>, 2> on_several{{{"pool", pool}, {"connect", connect}}};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    using namespace bench;
    return run_peer("soci", argc, argv, [](const arguments& given) {
        std::unique_ptr<soci::session> db;
        return run_workload(on_several, on_a_connection, given.workload, given, [&]() -> soci::session& {
            db = std::make_unique<soci::session>(soci::postgresql, conninfo(given));
            return *db;
        });
    });
}
