#include "howdah/async/detail/ask.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>

#include "howdah/net/detached_calls.hpp"

namespace howdah::async {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

}  // namespace

// The coroutine looks for the answer, a little later each time. The thread that asks must not touch the executor: its
// io_context may be destroyed meanwhile, and nothing may be posted to one that is.
awaitable<secret_string> ask(const core::credential_question& question) {
    if (question.provider->answers() == answers::at_once) co_return core::ask(question);
    const auto answer = std::make_shared<net::pending_answer<secret_string>>();
    if (!net::credential_calls.start([answer, question] { answer->run([&] { return core::ask(question); }); }))
        throw core::too_many_questions(net::credential_calls.most());
    asio::steady_timer timer{co_await asio::this_coro::executor};
    for (auto pause = 1ms; !answer->over(); pause = std::min(pause * 2, 16ms)) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= question.request.deadline) throw core::no_answer(question);
        timer.expires_at(std::min(now + pause, question.request.deadline));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return answer->take();
}

}  // namespace howdah::async
