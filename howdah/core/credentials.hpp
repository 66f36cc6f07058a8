#pragma once

#include <memory>
#include <optional>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/core/operation.hpp"
#include "howdah/core/shared_state.hpp"

namespace howdah::core {

/// What a provider is asked. Owns all of it: who asks may have gone when the answer comes.
struct credential_question {
    enum class occasion : std::uint8_t { connecting, refused };

    std::shared_ptr<credential_provider> provider;
    credential_request request;
    occasion why = occasion::connecting;
};

/// Asks, on this thread. Throws error (no_credentials or the provider's own), whatever the provider throws.
secret_string ask(const credential_question& question);

/// The provider did not answer in time, or there was no thread to ask it on.
error no_answer(const credential_question& question);
error too_many_questions(std::size_t running);

/// Which passwords of a provider's one host is tried with, one after the other: what it gives; if the server refuses
/// that, what it gives then; if it gives nothing else, the one that worked last, and if the server has just changed to
/// the new one, that again. So no connect fails while either the old or the new password of a rotation works, and a
/// wrong one is sent once. Does no I/O.
class password_choice {
public:
    /// Another host's turn.
    void begin(std::shared_ptr<credential_provider> provider, credential_request request, std::string host);

    /// What must be asked before the next attempt; null: nothing.
    const credential_question* question() const noexcept;
    void given(secret_string password, const proven_passwords& proven);
    /// The question was not answered. False: there is nothing to go on with.
    bool not_given(const proven_passwords& proven);

    /// The server let the password in.
    void accepted(proven_passwords& proven) const;
    /// The server refused the password. False: there is no other.
    bool refused(proven_passwords& proven);
    /// There is nothing left to be tried.
    bool over() const noexcept { return step_ == step::over; }
    const secret_string& password() const noexcept { return password_; }
    /// Of what the provider gave last. What it throws is no answer.
    std::optional<credential_expiry> expiry() const noexcept;

private:
    enum class step : std::uint8_t { ask, first, ask_again, second, proven, last, over };
    bool fall_back(const proven_passwords& proven);

    credential_question question_;
    std::string host_;
    secret_string password_;
    secret_string newest_;  // given by the provider, while one that worked is tried in its place
    step step_ = step::over;
};

}  // namespace howdah::core
