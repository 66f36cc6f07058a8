#include "howdah/pool/pool_target.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "howdah/core/pipeline.hpp"
#include "howdah/pool/detail/shard_set.hpp"

namespace howdah::pooling {
namespace {

namespace asio = boost::asio;

// Lends a connection once, to a handle that may never ask.
class pool_lender final : public async::lender {
public:
    pool_lender(std::shared_ptr<shard_set> pool, place where, clock::duration timeout)
        : pool_{std::move(pool)}, where_{where}, timeout_{timeout} {}

    awaitable<std::shared_ptr<async::connection_core>> lend() override {
        auto from = pool_->find(co_await asio::this_coro::executor);
        if (from == nullptr)
            throw error{errc::wrong_executor,
                        "a handle of the pool (" + where_.to_string() +
                            ") is wanted on an executor that is none of the pool's: run what uses it by "
                            "pool.with_connection() or pool.in_transaction(), which go to the right one"};
        borrowing b{std::move(from), where_, timeout_};
        if (b.waits()) co_await b.wait();
        lent_ = b.take();
        co_return lent_.connection().target().core;
    }

private:
    std::shared_ptr<shard_set> pool_;
    place where_;
    clock::duration timeout_;
    loan lent_;
};

struct given_up_with_its_frame {
    explicit given_up_with_its_frame(core::operation& o) noexcept : call{o} {}
    given_up_with_its_frame(const given_up_with_its_frame&) = delete;
    given_up_with_its_frame& operator=(const given_up_with_its_frame&) = delete;
    ~given_up_with_its_frame() { call.abandon(); }
    core::operation& call;
};

}  // namespace

std::shared_ptr<shard> pool_target::shard_of(const asio::any_io_executor& here) const { return pool->find(here); }

awaitable<void> pool_target::elsewhere(awaitable<void> work) const {
    return asio::co_spawn(pool->least_loaded()->executor(), std::move(work), asio::use_awaitable);
}

async::target pool_target::to_be_lent(place where) const {
    return {.options = options, .from = std::make_shared<pool_lender>(pool, where, wait_time())};
}

// The call's own time.
clock::duration pool_target::wait_time() const {
    const auto own = options.timeout.value_or(pool->config().query_timeout);
    return own.count() > 0 ? own : clock::duration::max();
}

awaitable<void> pool_target::run(pool_target t, pipeline& steps) {
    core::pipeline_call call{steps};
    co_await perform(std::move(t), call, place::of(std::string_view{"pipeline"}));
    async::target::rethrow(call);
}

awaitable<void> pool_target::perform(pool_target t, core::operation& call, place where) {
    auto from = t.shard_of(co_await asio::this_coro::executor);
    if (from == nullptr) co_return co_await t.elsewhere(perform(t, call, where));
    borrowing b{std::move(from), where, t.wait_time()};
    const given_up_with_its_frame guard{call};  // before its connection goes back
    if (b.waits()) co_await b.wait();
    b.confirm();
    co_await b.perform(call, t.options);
}

awaitable<std::vector<result>> pool_target::run(pool_target t, script statements) {
    auto from = t.shard_of(co_await asio::this_coro::executor);
    if (from == nullptr) {
        std::optional<std::vector<result>> answer;
        co_await t.elsewhere(keep(answer, run(t, std::move(statements))));
        co_return std::move(*answer);
    }
    borrowing b{std::move(from), place::of(statements.text().text()), t.wait_time()};
    if (b.waits()) co_await b.wait();
    b.confirm();
    co_return co_await async::target::run(b.target(t.options), statements);
}

awaitable<std::shared_ptr<const core::statement_facts>> pool_target::describe(pool_target t, statement_text text,
                                                                              std::size_t parameters) {
    auto from = t.shard_of(co_await asio::this_coro::executor);
    if (from == nullptr) {
        std::optional<std::shared_ptr<const core::statement_facts>> answer;
        co_await t.elsewhere(keep(answer, describe(t, text, parameters)));
        co_return std::move(*answer);
    }
    borrowing b{std::move(from), place::of(text.text()), t.wait_time()};
    if (b.waits()) co_await b.wait();
    b.confirm();
    co_return co_await async::target::describe(b.target(t.options), text, parameters);
}

awaitable<copy_in_stream> pool_target::copy_in(pool_target t, statement_text text) {
    auto lent = t.to_be_lent(place::of(text.text()));
    co_await lent.find_connection();
    co_return co_await async::target::copy_in(std::move(lent), std::move(text));
}

copy_out_stream pool_target::copy_out(const pool_target& t, const statement_text& text) {
    return async::target::copy_out(t.to_be_lent(place::of(text.text())), text);
}

}  // namespace howdah::pooling
