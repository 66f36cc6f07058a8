#include "howdah/core/credentials.hpp"

#include <exception>
#include <utility>

namespace howdah::core {
namespace {

std::string whose(const credential_question& q) {
    return "user \"" + q.request.user + "\" at " + q.request.host + ", port " + std::to_string(q.request.port);
}

error failed(const credential_question& q, std::string_view why) {
    return error{errc::no_credentials, "the credential provider failed for " + whose(q) + ": " + std::string{why}};
}

}  // namespace

secret_string ask(const credential_question& question) {
    try {
        if (question.why == credential_question::occasion::refused) question.provider->refused(question.request);
        return question.provider->password(question.request);
    } catch (const error&) {
        throw;
    } catch (const std::exception& e) {
        throw failed(question, e.what());
    } catch (...) {
        throw failed(question, "it threw something that is no std::exception");
    }
}

error no_answer(const credential_question& question) {
    return error{errc::timed_out, "the credential provider gave no password for " + whose(question) +
                                      " within connect_timeout; is what it asks (a file, a command, a service) stuck?"};
}

error too_many_questions(std::size_t running) {
    return error{errc::no_credentials, "the credential provider was not asked: " + std::to_string(running) +
                                           " questions wait for answers already; is what it asks stuck?"};
}

void password_choice::begin(std::shared_ptr<credential_provider> provider, credential_request request,
                            std::string host) {
    question_ = {.provider = std::move(provider), .request = std::move(request)};
    host_ = std::move(host);
    password_ = {};
    newest_ = {};
    step_ = step::ask;
}

const credential_question* password_choice::question() const noexcept {
    return step_ == step::ask || step_ == step::ask_again ? &question_ : nullptr;
}

void password_choice::given(secret_string password, const proven_passwords& proven) {
    if (step_ == step::ask) {
        password_ = std::move(password);
        step_ = step::first;
    } else if (password == password_) {
        (void)fall_back(proven);
    } else {
        password_ = std::move(password);
        step_ = step::second;
    }
}

bool password_choice::not_given(const proven_passwords& proven) {
    // A provider that can't answer at all is its owner's to know of.
    if (step_ == step::ask_again) return fall_back(proven);
    step_ = step::over;
    return false;
}

void password_choice::accepted(proven_passwords& proven) const {
    if (question_.provider != nullptr) proven.keep(host_, password_);
}

std::optional<credential_expiry> password_choice::expiry() const noexcept {
    if (question_.provider == nullptr) return std::nullopt;
    try {
        return question_.provider->expiry(question_.request);
    } catch (...) {
        return std::nullopt;
    }
}

bool password_choice::refused(proven_passwords& proven) {
    proven.forget(host_, password_);
    switch (step_) {
        case step::first:
            question_.why = credential_question::occasion::refused;
            step_ = step::ask_again;
            return true;
        case step::second: return fall_back(proven);
        case step::proven:
            // The server had the old one when it refused the new one, and has no more.
            password_ = std::exchange(newest_, {});
            step_ = step::last;
            return true;
        case step::last:
        case step::ask:
        case step::ask_again:
        case step::over: break;
    }
    step_ = step::over;
    return false;
}

bool password_choice::fall_back(const proven_passwords& proven) {
    auto last = proven.find(host_);
    // The one that was refused is not among them any more.
    if (last && *last != password_) {
        newest_ = std::exchange(password_, *std::move(last));
        step_ = step::proven;
        return true;
    }
    step_ = step::over;
    return false;
}

}  // namespace howdah::core
