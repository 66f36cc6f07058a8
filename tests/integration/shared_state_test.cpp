// What connections of one configuration share.

#include <unistd.h>

#include <tuple>

#include "howdah/async/detail/connection_core.hpp"
#include "howdah/async/dial.hpp"
#include "howdah/blocking/detail/connection_core.hpp"
#include "role.hpp"

namespace howdah::test {

struct point {
    int x = 0, y = 0;
};

namespace {

template <class D>
class shared_state : public ::testing::Test {
protected:
    D driver;
    std::shared_ptr<core::shared_state> shared = std::make_shared<core::shared_state>();

    typename D::connection connect(const connection_config& config) {
        auto kept = std::make_shared<const connection_config>(config);
        if constexpr (std::is_same_v<D, async_driver>) {
            auto d = driver.call(async::dial(kept, nullptr, shared));
            const auto left_over = std::move(d.left_over);
            auto core = std::make_shared<async::connection_core>(std::move(d), kept);
            core->start(left_over);
            async::target t{.core = std::move(core)};
            return howdah::connection{std::move(t)};
        } else {
            blocking::detail::target t{
                std::make_shared<blocking::detail::connection_core>(kept, nullptr, std::stop_token{}, shared)};
            return blocking::connection{std::move(t)};
        }
    }
};
TYPED_TEST_SUITE(shared_state, both_drivers);

TYPED_TEST(shared_state, further_connects_derive_no_salted_password) {
    const role someone{"secret"};
    auto config = someone.config();
    config.password = secret_string{"secret"};
    for (std::uint64_t made = 0; made < 5; ++made) {
        auto db = this->connect(config);
        EXPECT_TRUE(db.open());
        EXPECT_EQ(this->shared->scram.hits(), made);
    }
}

TYPED_TEST(shared_state, changed_password_is_derived_anew) {
    role someone{"first"};
    auto config = someone.config();
    config.password = secret_string{"first"};
    (void)this->connect(config);
    someone.set_password("second");
    config.password = secret_string{"second"};
    (void)this->connect(config);
    EXPECT_EQ(this->shared->scram.hits(), 0u);
    (void)this->connect(config);
    EXPECT_EQ(this->shared->scram.hits(), 1u);
}

TYPED_TEST(shared_state, type_that_one_connection_has_looked_up_is_known_to_the_next) {
    auto config = parse_conninfo(dsn());
    const auto schema = "shared_types_" + std::to_string(::getpid());
    const std::string drop = "drop schema if exists " + schema + " cascade";
    blocking::connection owner{config};
    owner.execute(unsafe_sql{drop});
    owner.execute(unsafe_sql{"create schema " + schema});
    owner.execute(unsafe_sql{"create type " + schema + ".point as (x int, y int)"});
    const unsafe_sql statement{"select row(1, 2)::" + schema + ".point"};
    auto first = this->connect(config);
    EXPECT_EQ(std::get<0>(this->driver.call(first.template fetch_one<std::tuple<point>>(statement))).y, 2);
    const auto known = this->shared->types->types();
    EXPECT_GT(known->size(), 0u);
    auto second = this->connect(config);
    EXPECT_EQ(std::get<0>(this->driver.call(second.template fetch_one<std::tuple<point>>(statement))).y, 2);
    EXPECT_EQ(this->shared->types->types(), known);  // it would be another one, had it been asked again
    owner.execute(unsafe_sql{drop});
}

}  // namespace
}  // namespace howdah::test
