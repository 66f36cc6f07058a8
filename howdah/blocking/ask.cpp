#include "howdah/blocking/ask.hpp"

#include <future>
#include <utility>

#include "howdah/net/deadline.hpp"
#include "howdah/net/detached_calls.hpp"

namespace howdah::blocking::detail {

secret_string ask(const core::credential_question& question) {
    if (question.provider->answers() == answers::at_once) return core::ask(question);
    std::packaged_task<secret_string()> task{[question] { return core::ask(question); }};
    auto answer = task.get_future();
    if (!net::credential_calls.start([t = std::move(task)]() mutable { t(); }))
        throw core::too_many_questions(net::credential_calls.most());
    const auto deadline = question.request.deadline;
    if (deadline == net::no_deadline) answer.wait();
    else if (answer.wait_until(deadline) != std::future_status::ready) throw core::no_answer(question);
    return answer.get();
}

}  // namespace howdah::blocking::detail
