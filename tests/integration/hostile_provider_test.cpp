// Providers that throw, block or never answer: the connect's own time bounds them, and nobody else waits.

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <semaphore>

#include "howdah/testing/polling.hpp"
#include "role.hpp"

namespace howdah::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

template <class D>
class hostile_provider : public ::testing::Test {
protected:
    D driver;
    const role someone{"secret"};

    error failure(const std::shared_ptr<credential_provider>& provider) {
        auto config = someone.config();
        config.connect_timeout = 300ms;
        config.credentials = provider;
        try {
            (void)driver.connect(config);
        } catch (const error& e) {
            return e;
        }
        throw std::runtime_error{"it connected"};
    }
    error failure(callback_credentials::function f, enum answers how = answers::may_wait) {
        return failure(std::make_shared<callback_credentials>(std::move(f), how));
    }
};
TYPED_TEST_SUITE(hostile_provider, both_drivers);

TYPED_TEST(hostile_provider, that_throws_is_an_error_of_the_connect) {
    for (const auto how : {answers::at_once, answers::may_wait}) {
        const auto known = this->failure(
            [](const credential_request&) -> secret_string {
                throw error{errc::insecure_file, "the vault's key can be read by others"};
            },
            how);
        EXPECT_EQ(known.code(), errc::insecure_file);
        EXPECT_EQ(known.fate(), fate::not_sent);
        EXPECT_EQ(known.phase(), phase::authenticate);
        const auto standard =
            this->failure([](const credential_request&) -> secret_string { throw std::runtime_error{"sealed"}; }, how);
        EXPECT_EQ(standard.code(), errc::no_credentials);
        EXPECT_THAT(standard.what(), HasSubstr("sealed"));
        const auto other = this->failure([](const credential_request&) -> secret_string { throw 42; }, how);
        EXPECT_EQ(other.code(), errc::no_credentials);
    }
}

TYPED_TEST(hostile_provider, that_throws_when_it_is_told_of_a_refusal_keeps_the_server_s_word) {
    const auto provider =
        std::make_shared<callback_credentials>([](const credential_request&) { return secret_string{"wrong"}; });
    provider->on_refused([](const credential_request&) { throw std::runtime_error{"no time for that"}; });
    const auto e = this->failure(provider);
    EXPECT_THAT(e.what(), HasSubstr("password authentication failed"));
    EXPECT_THAT(e.what(), HasSubstr("no time for that"));
}

TYPED_TEST(hostile_provider, that_never_answers_ends_with_the_connect_timeout) {
    // Never released: the thread stays as long as the program.
    static std::binary_semaphore never{0};
    const auto e = this->failure([](const credential_request& r) {
        EXPECT_LE(r.deadline, std::chrono::steady_clock::now() + 300ms);
        never.acquire();
        return secret_string{};
    });
    EXPECT_EQ(e.code(), errc::timed_out);
    EXPECT_THAT(e.what(), HasSubstr("credential provider"));
    EXPECT_EQ(e.fate(), fate::not_sent);
}

TYPED_TEST(hostile_provider, that_answers_too_late_harms_nobody) {
    auto let_go = std::make_shared<std::binary_semaphore>(0);
    auto gone = std::make_shared<std::promise<void>>();
    auto ended = gone->get_future();
    const auto e = this->failure([let_go, gone](const credential_request&) {
        let_go->acquire();
        gone->set_value();
        return secret_string{"secret"};
    });
    EXPECT_EQ(e.code(), errc::timed_out);
    let_go->release();
    EXPECT_EQ(ended.wait_for(10s), std::future_status::ready);
    // Its driver goes on.
    auto config = this->someone.config();
    config.credentials = std::make_shared<static_credentials>(secret_string{"secret"});
    EXPECT_TRUE(this->driver.connect(config).open());
}

TYPED_TEST(hostile_provider, that_gives_a_NUL_or_nothing_is_an_error_and_not_a_hang) {
    EXPECT_THROW(throw this->failure([](const credential_request&) { return secret_string{}; }), error);
    const auto e =
        this->failure([](const credential_request&) { return secret_string{std::string_view{"sec\0ret", 7}}; });
    EXPECT_NE(e.code(), errc::timed_out) << e.what();
}

// The event loop.

namespace asio = boost::asio;

struct blocked_provider {
    std::shared_ptr<std::binary_semaphore> let_go = std::make_shared<std::binary_semaphore>(0);
    std::shared_ptr<std::promise<void>> called = std::make_shared<std::promise<void>>();
    std::shared_ptr<std::promise<void>> gone = std::make_shared<std::promise<void>>();

    std::shared_ptr<credential_provider> provider() const {
        return std::make_shared<callback_credentials>([self = *this](const credential_request&) {
            self.called->set_value();
            self.let_go->acquire();
            self.gone->set_value();
            return secret_string{"secret"};
        });
    }
};

TEST(event_loop, others_run_while_a_provider_blocks) {
    const role someone{"secret"};
    const blocked_provider blocked;
    auto config = someone.config();
    config.credentials = blocked.provider();
    asio::io_context io{1};
    bool connected = false, other_ran = false;
    asio::co_spawn(
        io,
        [&]() -> awaitable<void> {
            auto db = co_await connect(config);
            connected = db.open();
        },
        [](const std::exception_ptr& e) { EXPECT_FALSE(e); });
    // The one thread of the loop lets the provider go: it would never, were it blocked.
    std::thread waits{[&] {
        blocked.called->get_future().wait();
        asio::post(io, [&] {
            other_ran = true;
            blocked.let_go->release();
        });
    }};
    io.run();
    waits.join();
    EXPECT_TRUE(connected);
    EXPECT_TRUE(other_ran);
}

TEST(event_loop, connect_is_cancelled_while_a_provider_blocks) {
    const role someone{"secret"};
    const blocked_provider blocked;
    auto config = someone.config();
    config.credentials = blocked.provider();
    asio::io_context io{1};
    asio::cancellation_signal stop;
    bool ended = false;
    asio::co_spawn(
        io, [&]() -> awaitable<void> { co_await connect(config); },
        asio::bind_cancellation_slot(stop.slot(), [&](const std::exception_ptr& e) {
            ended = true;
            EXPECT_TRUE(e);
        }));
    std::thread waits{[&] {
        blocked.called->get_future().wait();
        asio::post(io, [&] { stop.emit(asio::cancellation_type::terminal); });
    }};
    io.run();
    waits.join();
    EXPECT_TRUE(ended);
    blocked.let_go->release();
    blocked.gone->get_future().wait();
}

// The answer comes when there is nobody, and no executor, to bring it to.
TEST(event_loop, may_be_destroyed_while_a_provider_blocks) {
    const role someone{"secret"};
    for (int i = 0; i < 20; ++i) {
        const blocked_provider blocked;
        auto config = someone.config();
        config.credentials = blocked.provider();
        {
            asio::io_context io{1};
            asio::co_spawn(
                io, [&]() -> awaitable<void> { co_await connect(config); }, [](const std::exception_ptr&) {});
            auto called = blocked.called->get_future();
            while (called.wait_for(0s) != std::future_status::ready) io.poll_one();
            if (i % 2 == 0) blocked.let_go->release();
        }
        if (i % 2 != 0) blocked.let_go->release();
        blocked.gone->get_future().wait();
    }
}

}  // namespace
}  // namespace howdah::test
