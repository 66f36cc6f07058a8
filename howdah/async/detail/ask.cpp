#include "howdah/async/detail/ask.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <mutex>
#include <optional>

#include "howdah/net/detached_calls.hpp"

namespace howdah::async {
namespace {

namespace asio = boost::asio;

// Between the coroutine that waits and the thread that asks. Either may be the last to know of it.
class pending_answer {
public:
    explicit pending_answer(asio::steady_timer& wakes) : wakes_{&wakes} {}

    // On the thread that asks. The lock is held while it posts: once nobody waits, the executor may be gone.
    void settle(const std::shared_ptr<pending_answer>& self, std::optional<secret_string> given,
                std::exception_ptr failed) {
        const std::scoped_lock lock{mutex_};
        if (wakes_ == nullptr) return;
        given_ = std::move(given);
        failed_ = std::move(failed);
        asio::post(wakes_->get_executor(), [self] { self->wake(); });
    }

    // On the executor.
    void nobody_waits() noexcept {
        const std::scoped_lock lock{mutex_};
        wakes_ = nullptr;
    }

    std::optional<secret_string> take() {
        const std::scoped_lock lock{mutex_};
        if (failed_) std::rethrow_exception(failed_);
        return std::move(given_);
    }

private:
    void wake() noexcept {
        const std::scoped_lock lock{mutex_};
        if (wakes_ != nullptr) wakes_->cancel();
    }

    std::mutex mutex_;
    asio::steady_timer* wakes_;
    std::optional<secret_string> given_;
    std::exception_ptr failed_;
};

// In the frame of the coroutine, which may be destroyed while it waits.
struct waiting_for_answer {
    std::shared_ptr<pending_answer> answer;

    explicit waiting_for_answer(asio::steady_timer& wakes) : answer{std::make_shared<pending_answer>(wakes)} {}
    waiting_for_answer(const waiting_for_answer&) = delete;
    waiting_for_answer& operator=(const waiting_for_answer&) = delete;
    ~waiting_for_answer() { answer->nobody_waits(); }
};

void answer_on_this_thread(const core::credential_question& question, const std::shared_ptr<pending_answer>& to) {
    try {
        to->settle(to, core::ask(question), nullptr);
    } catch (...) {
        to->settle(to, std::nullopt, std::current_exception());
    }
}

}  // namespace

awaitable<secret_string> ask(const core::credential_question& question) {
    if (question.provider->answers() == answers::at_once) co_return core::ask(question);
    asio::steady_timer timer{co_await asio::this_coro::executor};
    timer.expires_at(question.request.deadline);
    const waiting_for_answer waiting{timer};
    if (!net::credential_calls.start([question, to = waiting.answer] { answer_on_this_thread(question, to); }))
        throw core::too_many_questions(net::credential_calls.most());
    boost::system::error_code ended;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    if (auto given = waiting.answer->take()) co_return *std::move(given);
    // Not answered: the time is over, or the caller was cancelled.
    if (ended) throw boost::system::system_error{ended};
    throw core::no_answer(question);
}

}  // namespace howdah::async
