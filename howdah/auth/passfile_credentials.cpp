#include "howdah/auth/passfile_credentials.hpp"

#include <cstdlib>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/config/file.hpp"
#include "howdah/config/home_folder.hpp"
#include "howdah/config/passfile.hpp"

namespace howdah {
namespace {

std::string path_or_default(std::string path) {
    if (!path.empty()) return path;
    if (const char* named = std::getenv("PGPASSFILE"); named != nullptr && *named != '\0') return named;
    const auto home = config::home_folder();
    if (!home) throw error{errc::no_credentials, "no passfile is named, and there is no home folder to look into"};
    return *home + "/.pgpass";
}

}  // namespace

passfile_credentials::passfile_credentials(std::string path) : path_{path_or_default(std::move(path))} {}

secret_string passfile_credentials::password(const credential_request& request) {
    const endpoint host{.host = request.host, .hostaddr = {}, .port = request.port};
    auto answer = config::ask_passfile(path_, {host}, request.database, request.user);
    if (!answer.problem.empty()) throw error{errc::no_credentials, std::move(answer.problem)};
    if (answer.passwords[0].empty() && !config::file_exists(path_))
        throw error{errc::no_credentials, "the password file " + path_ + " is not there"};
    changes_.note(request, answer.passwords[0]);
    return std::move(answer.passwords[0]);
}

}  // namespace howdah
