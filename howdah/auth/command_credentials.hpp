#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "howdah/auth/changes.hpp"
#include "howdah/config/credential_provider.hpp"

namespace howdah {

/// What a program writes on its standard output at each connect: `vault`, `gcloud`, `pass`. One line; the line's end is
/// taken off. It is started without a shell, with the process's environment and nothing to read, in a process group of
/// its own, which is killed when the time is over.
class command_credentials final : public credential_provider {
public:
    /// The program, looked for in PATH if it has no '/', and its arguments. Throws error (invalid_option) if there is none.
    explicit command_credentials(std::vector<std::string> program);
    /// `line` as /bin/sh reads it. Never build one from what strangers say.
    static std::shared_ptr<command_credentials> by_shell(const std::string& line);

    /// How long it may run; the connection's own time is a limit besides. 10 s unless told otherwise. Set it before
    /// the first connect.
    void set_timeout(std::chrono::milliseconds timeout);

    /// Throws error: no_credentials (it can't be started, fails, or writes nothing, too much or several lines; with its
    /// standard error's words), timed_out.
    secret_string password(const credential_request& request) override;
    /// Grows when a connect was given another password than the one before.
    std::uint64_t version() const noexcept override { return changes_.count(); }

private:
    std::vector<std::string> program_;
    std::chrono::milliseconds timeout_{10'000};
    auth::changes changes_;
};

}  // namespace howdah
