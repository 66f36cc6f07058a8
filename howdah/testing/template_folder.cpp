#include "howdah/testing/template_folder.hpp"

#include <chrono>
#include <functional>
#include <string>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/failure.hpp"
#include "howdah/testing/folders.hpp"
#include "howdah/testing/process.hpp"
#include "howdah/testing/server_user.hpp"

namespace howdah::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int layout = 1;  // of what is done to the data folder: a new number makes new templates

std::string name_of(const installation& postgres) {
    const auto which = std::hash<std::string>{}(postgres.programs.string() + '\n' + postgres.full_version);
    return "template-" + std::to_string(postgres.version) + '-' + std::to_string(layout) + '-' + std::to_string(which);
}

/// One run of the server without network or log-in: it reads statements, one a line.
void single_user(const installation& postgres, const fs::path& folder, const std::string& statements) {
    run_or_fail({.arguments = {postgres.program("postgres"), "--single", "-D", folder.string(), "-c", "fsync=off", "-c",
                               "exit_on_error=on", "postgres"},
                 .run_as = run_as::server_user},
                statements, 2min);
}

void make(const installation& postgres, const fs::path& target) {
    // Below the runtime folder, where the server user can get to.
    const server_folder workshop;
    const auto work = workshop.path() / "data";
    fs::create_directory(work);
    hand_over(work);
    run_or_fail({.arguments = {postgres.program("initdb"), "-D", work.string(), "-U", superuser, "-E", "UTF8",
                               "--no-locale", "--no-sync", "-A", "trust"},
                 .environment = {{"TZ", "UTC"}, {"LC_ALL", "C"}},
                 .run_as = run_as::server_user},
                {}, 2min);
    single_user(postgres, work,
                std::string{"create role "} + app_role + " login\ncreate database " + app_database + " owner " +
                    app_role + "\n");
    const fs::path part = target.string() + ".part";
    fs::remove_all(part);
    fs::copy(work, part, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    fs::rename(part, target);
}

}  // namespace

fs::path template_folder(const installation& postgres) {
    const auto target = cache_folder() / name_of(postgres);
    if (fs::exists(target)) return target;
    const auto lock = file_lock::wait_for(target.string() + ".lock");
    if (!fs::exists(target)) make(postgres, target);
    return target;
}

void copy_data_folder(const fs::path& from, const fs::path& to) {
    fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    fs::permissions(to, fs::perms::owner_all);
    hand_over(to);
}

}  // namespace howdah::testing
