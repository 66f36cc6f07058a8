// PgBouncer 1.21 and newer follow named statements from one server connection to another.
#include "howdah/blocking/detail/dial.hpp"
#include "tests/pooler/clients.hpp"
#include "trixie.hpp"

namespace howdah::test {
namespace {

template <class D>
class newer_pgbouncer : public on_trixie<D> {
protected:
    pgbouncer make(std::uint32_t servers) const {
        return pgbouncer{
            this->server().address(),
            {.default_pool_size = servers, .max_prepared_statements = 100, .program = on_trixie<D>::newer_pgbouncer()}};
    }
};
TYPED_TEST_SUITE(newer_pgbouncer, both_drivers);

TYPED_TEST(newer_pgbouncer, takes_named_statements_to_whatever_server_connection_is_free) {
    const auto pooler = this->make(2);
    auto a = this->driver.connect(pooler.dsn()), b = this->driver.connect(pooler.dsn());
    const auto ask = [&](auto& who) {
        EXPECT_EQ(this->call(who.template fetch_one<int>("select $1::int + 1", 41)), 42);
        return this->call(who.template fetch_one<int>("select pg_backend_pid()"));
    };
    const auto first = ask(a);
    auto tx = this->call(b.begin());
    EXPECT_EQ(ask(tx), first) << "the one that was free";
    EXPECT_NE(ask(a), first) << "the statement went along to another";
    this->driver.commit(tx);
}

TYPED_TEST(newer_pgbouncer, gives_fifty_clients_with_named_statements_each_its_own_answers) {
    const auto pooler = this->make(3);
    if constexpr (std::is_same_v<TypeParam, async_driver>) {
        ask_at_once(this->driver, pooler.dsn(), async_clients{}, values::as_parameters);
    } else {
        ask_at_once(this->driver, pooler.dsn(), blocking_clients{}, values::as_parameters);
    }
    EXPECT_LE(server_connections(pooler), 3u);
}

TYPED_TEST(newer_pgbouncer, negotiates_protocol_3_2_down) {
    const auto pooler = this->make(1);
    const auto target = pooler.dsn() + "&max_protocol_version=3.2";
    EXPECT_EQ(blocking::detail::dial(parse_conninfo(target), nullptr).to.cancel_key.size(), 4u);
    auto db = this->driver.connect(target);
    EXPECT_EQ(this->call(db.template fetch_one<int>("select 5")), 5);
}

}  // namespace
}  // namespace howdah::test
