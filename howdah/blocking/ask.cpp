#include "howdah/blocking/ask.hpp"

#include <memory>

#include "howdah/net/detached_calls.hpp"

namespace howdah::blocking::detail {

secret_string ask(const core::credential_question& question, const std::stop_token& stop) {
    if (question.provider->answers() == answers::at_once) return core::ask(question);
    const auto answer = std::make_shared<net::pending_answer<secret_string>>();
    if (!net::credential_calls.start([answer, question] { answer->run([&] { return core::ask(question); }); }))
        throw core::too_many_questions(net::credential_calls.most());
    if (!answer->wait(question.request.deadline, stop)) throw core::no_answer(question);
    return answer->take();
}

}  // namespace howdah::blocking::detail
