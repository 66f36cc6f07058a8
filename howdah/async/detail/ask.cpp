#include "howdah/async/detail/ask.hpp"

#include <unistd.h>

#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <memory>

#include "howdah/net/detached_calls.hpp"
#include "howdah/net/waker.hpp"

namespace howdah::async {
namespace {

namespace asio = boost::asio;

// The thread that asks knows no executor, which may be gone before there is an answer: it writes to a pipe.
struct asked {
    net::pending_answer<secret_string> answer;
    net::waker bell;
};

}  // namespace

awaitable<secret_string> ask(const core::credential_question& question) {
    if (question.provider->answers() == answers::at_once) co_return core::ask(question);
    const auto executor = co_await asio::this_coro::executor;
    const auto shared = std::make_shared<asked>();
    const auto timer = std::make_shared<asio::steady_timer>(executor, question.request.deadline);
    asio::posix::stream_descriptor bell{executor, ::dup(shared->bell.descriptor())};
    bell.async_wait(asio::posix::stream_descriptor::wait_read, [timer](const boost::system::error_code& failed) {
        if (!failed) timer->cancel();
    });
    const auto call = [shared, question] {
        shared->answer.run([&] { return core::ask(question); });
        shared->bell.wake();
    };
    if (!net::credential_calls.start(call)) throw core::too_many_questions(net::credential_calls.most());
    boost::system::error_code ended;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ended));
    if (shared->answer.over()) co_return shared->answer.take();
    // Not answered: the time is over, or the caller was cancelled.
    if (ended) throw boost::system::system_error{ended};
    throw core::no_answer(question);
}

}  // namespace howdah::async
