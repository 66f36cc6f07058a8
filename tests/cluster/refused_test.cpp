// Nodes that are there and say no.
#include "tests/cluster/both_clusters.hpp"

namespace howdah::test {
namespace {

using ::testing::HasSubstr;

template <class D>
class refused_cluster : public with_cluster<D> {
protected:
    testing::server& s = shared_cluster();

    /// The shared cluster with something else in its conninfo.
    connection_config with(const std::string& what, const std::string& other) {
        auto dsn = cluster_dsn(s);
        const auto at = dsn.find(what);
        return parse_conninfo(dsn.replace(at, what.size(), other));
    }
    error write_fails() {
        return failure_of([&] { return this->driver.call(this->db->execute("create table never()")); });
    }
    error read_fails() {
        return failure_of([&] { return this->driver.call(this->db->template fetch_one<int>("select 1")); });
    }
};
TYPED_TEST_SUITE(refused_cluster, both_clusters);

// Not no_node, as behind node_timeout.
TYPED_TEST(refused_cluster, what_all_nodes_refuse_for_good_is_said_at_once_in_the_server_s_words) {
    this->open(this->with("/app?", "/nowhere?"), {});
    EXPECT_EQ(this->write_fails().state(), invalid_catalog_name);
    const auto e = this->read_fails();
    EXPECT_EQ(e.state(), invalid_catalog_name);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_THAT(e.what(), HasSubstr("nowhere"));
}

TYPED_TEST(refused_cluster, a_server_without_the_tls_that_is_required_is_said_at_once) {
    this->open(this->with("sslmode=disable", "sslmode=require"), {});
    const auto e = this->write_fails();
    EXPECT_EQ(e.phase(), phase::tls) << e.what();
    EXPECT_NE(e.code(), errc::no_node) << e.what();
}

TYPED_TEST(refused_cluster, who_is_let_in_later_is_served_then) {
    this->open(this->with("//app@", "//late_comer@"), {.probe_interval = 50ms});
    EXPECT_EQ(this->write_fails().state(), invalid_authorization_specification);
    this->s.execute_sql("create role late_comer login");
    this->comes("a read", [&] {
        try {
            return this->driver.call(this->db->template fetch_one<int>("select 1")) == 1;
        } catch (const error& e) {
            EXPECT_EQ(e.state(), invalid_authorization_specification) << e.what();
            return false;
        }
    });
    this->driver.close(*this->db);
    this->db.reset();
    this->s.execute_sql("drop role late_comer");
}

TYPED_TEST(refused_cluster, one_node_that_refuses_is_not_all_of_them) {
    cluster_members members;
    members.add(this->with("/app?", "/nowhere?")).add(parse_conninfo(this->s.replica(0).dsn()));
    this->open(members, {});
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(this->driver.call(this->db->template fetch_one<int>("select inet_server_port()")),
                  this->s.replica(0).port());
}

TYPED_TEST(refused_cluster, a_node_that_has_no_connection_left_for_its_monitor_is_alive) {
    cluster_options options{.probe_interval = 20ms};
    options.pool.first_backoff = 1ms;
    this->open(cluster_dsn(this->s), options);
    this->all_known();
    auto& primary = this->s.primary();
    const auto before = this->status_of(primary).probes;
    primary.execute_sql("alter role app connection limit 0");
    primary.execute_sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'app'");
    this->comes("probes", [&] { return this->status_of(primary).probes > before + 5; });
    EXPECT_EQ(this->role_of(primary), node_role::primary);
    EXPECT_EQ(this->events->failovers, 1);
    primary.execute_sql("alter role app connection limit -1");
    EXPECT_EQ(this->port_of_primary(), this->s.port());
}

}  // namespace
}  // namespace howdah::test
