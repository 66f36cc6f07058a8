// Passwords that are asked for at every connect, and that change.

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "howdah/async/dial.hpp"
#include "howdah/base/generated/sqlstates.hpp"
#include "howdah/blocking/detail/dial.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/server.hpp"
#include "role.hpp"
#include "tests/unit/auth/surroundings.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

/// A place where a password is kept, and a provider that looks there.
struct source {
    std::string name;
    std::function<void(const std::string&)> keep;
    std::shared_ptr<credential_provider> provider;
};

/// One of each kind.
class every_source {
public:
    std::vector<source> all() {
        const auto fixed = std::make_shared<static_credentials>(secret_string{});
        return {{.name = "static",
                 .keep = [fixed](const std::string& p) { fixed->change(secret_string{p}); },
                 .provider = fixed},
                {.name = "callback that may wait", .keep = keep_in_memory(), .provider = callback(answers::may_wait)},
                {.name = "callback at once", .keep = keep_in_memory(), .provider = callback(answers::at_once)},
                {.name = "passfile",
                 .keep = [this](const std::string& p) { replace("pass", "*:*:*:*:" + p + "\n"); },
                 .provider = std::make_shared<passfile_credentials>(files_.path() + "/pass")},
                {.name = "command",
                 .keep = [this](const std::string& p) { replace("secret", p + "\n"); },
                 .provider = std::make_shared<command_credentials>(
                     std::vector<std::string>{"cat", files_.path() + "/secret"})}};
    }

private:
    std::function<void(const std::string&)> keep_in_memory() {
        return [this](const std::string& p) {
            const std::scoped_lock lock{mutex_};
            kept_ = p;
        };
    }
    std::shared_ptr<credential_provider> callback(enum answers how) {
        return std::make_shared<callback_credentials>(
            [this](const credential_request&) {
                const std::scoped_lock lock{mutex_};
                return secret_string{kept_};
            },
            how);
    }
    // As a careful tool would: nobody ever reads half of it.
    void replace(const std::string& name, const std::string& text) {
        const auto fresh = files_.write(name + ".new", text);
        std::filesystem::rename(fresh, files_.path() + '/' + name);
    }

    folder_of_files files_;
    std::mutex mutex_;
    std::string kept_;
};

blocking::detail::dialled dial(blocking_driver&, const connection_config& config,
                               const std::shared_ptr<core::shared_state>& shared) {
    return blocking::detail::dial(config, nullptr, {}, shared);
}
async::dialled dial(async_driver& driver, const connection_config& config,
                    const std::shared_ptr<core::shared_state>& shared) {
    return driver.call(async::dial(std::make_shared<const connection_config>(config), nullptr, shared));
}

template <class D>
class credentials : public ::testing::Test {
protected:
    D driver;

    error failure(const connection_config& config) {
        try {
            (void)driver.connect(config);
        } catch (const error& e) {
            return e;
        }
        throw std::runtime_error{"it connected"};
    }
};
TYPED_TEST_SUITE(credentials, both_drivers);

TYPED_TEST(credentials, of_each_provider_let_a_connection_in) {
    const role someone{"first-secret"};
    every_source sources;
    for (auto& s : sources.all()) {
        s.keep("first-secret");
        auto config = someone.config();
        config.credentials = s.provider;
        auto db = this->driver.connect(config);
        EXPECT_EQ(this->driver.call(db.template fetch_one<std::string>("select current_user::text")), someone.name())
            << s.name;
        s.keep("wrong-hush");
        const auto e = this->failure(config);
        EXPECT_EQ(e.state(), invalid_password) << s.name << ": " << e.what();
        EXPECT_THAT(e.what(), Not(HasSubstr("wrong-hush")));
        EXPECT_THAT(e.what(), Not(HasSubstr("tried"))) << "the same password was sent twice";
    }
}

TYPED_TEST(credentials, of_an_environment_variable_let_a_connection_in) {
    const role someone{"of-the-environment"};
    auto config = someone.config();
    config.credentials = std::make_shared<environment_credentials>("HOWDAH_TEST_SECRET");
    ::unsetenv("HOWDAH_TEST_SECRET");
    const auto e = this->failure(config);
    EXPECT_EQ(e.code(), errc::no_credentials);
    EXPECT_EQ(e.fate(), fate::not_sent);
    EXPECT_THAT(e.what(), HasSubstr("HOWDAH_TEST_SECRET"));
    ::setenv("HOWDAH_TEST_SECRET", "of-the-environment", 1);
    EXPECT_TRUE(this->driver.connect(config).open());
    ::unsetenv("HOWDAH_TEST_SECRET");
}

TYPED_TEST(credentials, take_the_place_of_the_password_that_was_given) {
    const role someone{"right"};
    auto config = someone.config();
    config.password = secret_string{"wrong"};
    config.credentials = std::make_shared<static_credentials>(secret_string{"right"});
    EXPECT_TRUE(this->driver.connect(config).open());
}

// Connects in a loop while the password goes from one to the next, first where it is kept and then on the server, as a
// vault does it. In between the new one does not work yet.
TYPED_TEST(credentials, that_rotate_fail_no_connect) {
    constexpr int rotations = 5;
    role someone{"secret-0"};
    every_source sources;
    for (auto& s : sources.all()) {
        const auto shared = std::make_shared<core::shared_state>();
        auto config = someone.config();
        config.credentials = s.provider;
        s.keep("secret-0");
        someone.set_password("secret-0");
        (void)dial(this->driver, config, shared);

        std::atomic<int> connects{0};
        std::atomic<bool> over{false};
        const auto another_connect = [&] {
            const int before = connects;
            return testing::poll_until(testing::from_now(20s), [&] { return over || connects > before + 1; });
        };
        std::thread rotator{[&] {
            for (int i = 1; i <= rotations && !over; ++i) {
                const auto next = "secret-" + std::to_string(i);
                s.keep(next);
                EXPECT_TRUE(another_connect());
                someone.set_password(next);
                EXPECT_TRUE(another_connect());
            }
            over = true;
        }};
        std::string failed;
        while (!over) {
            try {
                (void)dial(this->driver, config, shared);
                ++connects;
            } catch (const error& e) {
                failed = e.what();
                over = true;
            }
        }
        rotator.join();
        EXPECT_EQ(failed, "") << s.name << " after " << connects << " connects";
        EXPECT_GE(connects, 4 * rotations) << s.name;
    }
}

// The other order: the server has a new password, and what the provider gives is out of date until it is told so.
TYPED_TEST(credentials, that_were_kept_too_long_are_asked_for_again) {
    const role someone{"new"};
    std::atomic<int> asked{0}, refused{0};
    auto provider = std::make_shared<callback_credentials>([&](const credential_request& r) {
        EXPECT_EQ(r.user, someone.name());
        EXPECT_EQ(r.database, "app");
        EXPECT_EQ(r.port, testing::shared_server().port());
        ++asked;
        return secret_string{refused == 0 ? "old" : "new"};
    });
    provider->on_refused([&](const credential_request&) { ++refused; });
    auto config = someone.config();
    config.credentials = provider;
    EXPECT_TRUE(this->driver.connect(config).open());
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(refused, 1);
}

TYPED_TEST(credentials, of_a_command_whose_first_output_has_expired_connect_at_the_second) {
    const role someone{"fresh"};
    const folder_of_files files;
    const auto stale = files.write("stale", "expired\n");
    auto config = someone.config();
    // The cached token is printed once more, and gone then.
    config.credentials = command_credentials::by_shell("if [ -e " + stale + " ]; then cat " + stale + "; rm " + stale +
                                                       "; else echo fresh; fi");
    EXPECT_TRUE(this->driver.connect(config).open());
    EXPECT_FALSE(std::filesystem::exists(stale));
}

TYPED_TEST(credentials, are_asked_once_for_a_connect_that_works) {
    const role someone{"secret"};
    std::atomic<int> asked{0};
    auto config = someone.config();
    config.credentials = std::make_shared<callback_credentials>([&](const credential_request&) {
        ++asked;
        return secret_string{"secret"};
    });
    (void)this->driver.connect(config);
    EXPECT_EQ(asked, 1);
    auto db = this->driver.connect(config);
    if constexpr (std::is_same_v<TypeParam, async_driver>) this->driver.call(db.reconnect());
    else db.reconnect();
    EXPECT_EQ(asked, 3);
}

TYPED_TEST(credentials, that_fail_for_one_host_are_asked_for_the_next) {
    const role someone{"secret"};
    auto config = someone.config();
    config.hosts.insert(config.hosts.begin(), endpoint{.host = "127.0.0.9", .hostaddr = {}, .port = 9});
    config.credentials = std::make_shared<callback_credentials>([](const credential_request& r) {
        if (r.host == "127.0.0.9") throw std::runtime_error{"nothing for 127.0.0.9"};
        return secret_string{"secret"};
    });
    EXPECT_TRUE(this->driver.connect(config).open());
}

// RDS's tokens.

// As RDS does: over TLS the server asks for a cleartext password, which is the token.
TYPED_TEST(credentials, rds_token_goes_over_tls) {
    static testing::server rds{{.tls = true, .auth = testing::auth::password}};
    const auto provider = std::make_shared<rds_credentials>("eu-central-1");
    provider->use_keys(
        {.access_key_id = "AKID", .secret_access_key = secret_string{"s"}, .session_token = secret_string{"t"}});
    auto config = parse_conninfo(rds.dsn(testing::route::tls));
    role someone{"unknown yet", rds.superuser_dsn()};
    config.username = someone.name();
    config.credentials = provider;
    const auto token = provider->password({.host = config.hosts[0].host,
                                           .port = config.hosts[0].port,
                                           .user = config.username,
                                           .database = config.database});
    someone.set_password(std::string{token.reveal()});
    EXPECT_TRUE(this->driver.connect(config).open());
}

TYPED_TEST(credentials, rds_token_is_not_shown_to_a_server_without_tls) {
    static testing::server plain{{.auth = testing::auth::password}};
    for (const auto mode : {ssl_mode::allow, ssl_mode::prefer, ssl_mode::require}) {
        auto config = parse_conninfo(plain.dsn());
        config.ssl_mode = mode;
        config.allow_cleartext_without_tls = true;
        const auto provider = std::make_shared<rds_credentials>("eu-central-1");
        provider->use_keys({.access_key_id = "AKID", .secret_access_key = secret_string{"s"}, .session_token = {}});
        config.credentials = provider;
        EXPECT_EQ(this->failure(config).code(), errc::tls_refused);
        config.ssl_mode = ssl_mode::disable;
        EXPECT_EQ(this->failure(config).code(), errc::invalid_option);
    }
    // Nobody came as far as to name a user.
    EXPECT_THAT(plain.log_text(), Not(HasSubstr("password authentication failed")));
}

}  // namespace
}  // namespace howdah::test
