#include "howdah/tools/reception_words.hpp"

#include <CLI/CLI.hpp>

#include <map>
#include <memory>

#include "howdah/tools/words.hpp"

namespace howdah::tools {
namespace {

using login = sim::reception_options::login;

std::map<std::string, login> by_name(reception_words::methods which) {
    std::map<std::string, login> out{{"trust", login::trust},
                                     {"password", login::password},
                                     {"md5", login::md5},
                                     {"scram-sha-256", login::scram_sha_256}};
    if (which == reception_words::methods::of_a_recorder) out.emplace("pass-through", login::pass_through);
    return out;
}

}  // namespace

void reception_words::add_to(CLI::App& command, methods which) {
    command.add_option("--auth", auth_, "How clients log in (default: trust)")->check(CLI::IsMember(by_name(which)));
    command.add_option("--users", users_, "File of lines \"user\" \"password, md5... or SCRAM-SHA-256$...\"");
    command.add_option("--tls-cert", certificate_, "Certificate (PEM) to show to clients");
    command.add_option("--tls-key", key_, "Its private key (PEM)");
    command.add_flag("--require-tls", requires_tls_, "Send away clients of a network that do not use TLS");
}

sim::reception_options reception_words::options() const {
    sim::reception_options out;
    out.how = by_name(methods::of_a_recorder).at(auth_);
    const bool needs_users = out.how != login::trust && out.how != login::pass_through;
    if (needs_users && users_.empty())
        throw CLI::ValidationError{"--auth", auth_ + " needs --users FILE: who may log in, and with what"};
    if (!users_.empty())
        out.users = std::make_shared<const sim::login_secrets>(sim::login_secrets::from_file(unmarked(users_)));
    if (certificate_.empty() != key_.empty())
        throw CLI::ValidationError{"--tls-cert", "TLS needs both, --tls-cert and --tls-key"};
    if (!certificate_.empty())
        out.tls = std::make_shared<const sim::server_tls_context>(unmarked(certificate_), unmarked(key_));
    if (requires_tls_ && !out.tls) throw CLI::ValidationError{"--require-tls", "needs --tls-cert and --tls-key"};
    if (requires_tls_) out.over_network = sim::reception_options::encryption::required;
    return out;
}

}  // namespace howdah::tools
