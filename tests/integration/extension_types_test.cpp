// Types that extensions make: their OIDs are the database's, so they are looked up before they travel in binary.

#include "driver.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/types/types.hpp"

namespace howdah::test {
namespace {

template <class D>
class extension_types : public on_both_drivers<D> {
protected:
    // In a schema of its own, once: other tests share the server, and may be at it in the same moment.
    void SetUp() override {
        auto superuser = this->driver.connect(testing::shared_server().superuser_dsn);
        this->call(superuser.run_script(unsafe_sql{"begin; select pg_advisory_xact_lock(hashtext('extension_types')); "
                                                   "create schema if not exists extension_types;"
                                                   "create extension if not exists hstore schema extension_types;"
                                                   "create extension if not exists ltree schema extension_types;"
                                                   "create extension if not exists citext schema extension_types;"
                                                   "grant usage on schema extension_types to public; commit"}));
        this->call(this->db.run_script(unsafe_sql{"set search_path = extension_types, public"}));
    }

    // As text the first time, in binary later where there is a choice.
    template <class T>
    void expect_round_trip(sql<std::type_identity_t<const T&>> statement, const T& value) {
        for (int i = 0; i < 3; ++i) {
            const auto got = this->call(this->db.template fetch_one<std::tuple<T>>(statement, value));
            EXPECT_EQ(std::get<0>(got), value) << "use " << i;
        }
    }
};
TYPED_TEST_SUITE(extension_types, both_drivers);

TYPED_TEST(extension_types, hstores_are_maps) {
    const hstore pairs{{"a", "1"}, {"b \"c\" \\", std::nullopt}, {"", ""}};
    this->template expect_round_trip<hstore>("select $1::hstore", pairs);
    this->template expect_round_trip<std::vector<std::optional<hstore>>>("select $1::hstore[]", {pairs, std::nullopt});
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(this->call(this->db.template fetch_one<std::string>("select $1::hstore -> 'a'", pairs)), "1");
}

TYPED_TEST(extension_types, label_paths_and_their_patterns_are_texts) {
    this->template expect_round_trip<ltree>("select $1::ltree", {"Top.Science.Astronomy"});
    this->template expect_round_trip<lquery>("select $1::lquery", {"*.a|b@*.!c.*{1,2}"});
    this->template expect_round_trip<ltxtquery>("select $1::ltxtquery", {"a & b@* | !c"});
    this->template expect_round_trip<std::vector<ltree>>("select $1::ltree[]", {{"a.b"}, {""}});
    const ltree label{"a.b.c"};
    const lquery pattern{"a.*"};
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(this->call(this->db.template fetch_one<bool>("select $1::ltree ~ $2::lquery", label, pattern)));
}

TYPED_TEST(extension_types, plain_strings_are_citext) {
    this->template expect_round_trip<std::string>("select $1::citext", "AbC");
    this->template expect_round_trip<std::vector<std::string>>("select $1::citext[]", {"AbC", "ä"});
    for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(this->call(this->db.template fetch_one<bool>("select $1::citext = 'aBc'", "AbC")));
}

TYPED_TEST(extension_types, a_map_is_not_sent_as_another_type) {
    const hstore pairs{{"a", "1"}};
    for (int i = 0; i < 2; ++i) {
        const auto e =
            this->failure_of([&] { return this->call(this->db.template fetch_one<ltree>("select $1::ltree", pairs)); });
        EXPECT_TRUE(e.code() == errc::parameter_type_mismatch || e.state() == syntax_error) << e.what();
    }
    this->expect_usable();
}

}  // namespace
}  // namespace howdah::test
