#include "howdah/auth/command_credentials.hpp"

#include <algorithm>
#include <utility>

#include "howdah/auth/detail/program.hpp"
#include "howdah/base/error.hpp"

namespace howdah {
namespace {

[[noreturn]] void fail(const std::string& program, const std::string& what, const std::string& said) {
    auto text = "the password command " + program + ' ' + what;
    if (!said.empty()) text += "; it said: " + said;
    throw error{errc::no_credentials, std::move(text)};
}

std::string_view without_line_end(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

}  // namespace

command_credentials::command_credentials(std::vector<std::string> program) : program_{std::move(program)} {
    if (program_.empty() || program_[0].empty())
        throw error{errc::invalid_option, "the password command has no program; give its path, or its name in PATH"};
}

std::shared_ptr<command_credentials> command_credentials::by_shell(const std::string& line) {
    return std::make_shared<command_credentials>(std::vector<std::string>{"/bin/sh", "-c", line});
}

void command_credentials::set_timeout(std::chrono::milliseconds timeout) { timeout_ = timeout; }

secret_string command_credentials::password(const credential_request& request) {
    const auto deadline = std::min(request.deadline, std::chrono::steady_clock::now() + timeout_);
    const auto ran = auth::run(program_, deadline);
    const auto& name = program_[0];
    const auto said = auth::printable(ran.errors.reveal(), without_line_end(ran.output.reveal()));
    switch (ran.end) {
        case auth::outcome::ended: break;
        case auth::outcome::not_started: fail(name, "can't be started: " + ran.reason.message(), {});
        case auth::outcome::too_late:
            throw error{errc::timed_out, "the password command " + name + " was not done in time, and was killed" +
                                             (said.empty() ? "" : "; it said: " + said)};
        case auth::outcome::too_much: fail(name, "wrote more than 64 KiB, which is no password", {});
    }
    if (ran.signal != 0) fail(name, "was ended by signal " + std::to_string(ran.signal), said);
    if (ran.status != 0) fail(name, "failed with exit status " + std::to_string(ran.status), said);
    const auto line = without_line_end(ran.output.reveal());
    if (line.empty()) fail(name, "wrote no password to its standard output", said);
    if (line.find_first_of(std::string_view{"\n\r\0", 3}) != line.npos)
        fail(name, "wrote more than one line; a password is one", said);
    secret_string answer{line};
    changes_.note(request, answer);
    return answer;
}

}  // namespace howdah
