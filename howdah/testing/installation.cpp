#include "howdah/testing/installation.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <vector>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/failure.hpp"
#include "howdah/testing/folders.hpp"
#include "howdah/testing/npm_packages.hpp"
#include "howdah/testing/process.hpp"

namespace howdah::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr const char* debian_folder = "/usr/lib/postgresql";

bool executable(const fs::path& path) { return ::access(path.c_str(), X_OK) == 0; }

/// The major versions that Debian's packages have installed with a server.
std::set<int> debian_versions() {
    std::set<int> out;
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator{debian_folder, absent}) {
        const std::string name = entry.path().filename().string();
        int version = 0;
        const bool numeric = std::from_chars(name.data(), name.data() + name.size(), version).ec == std::errc{};
        if (numeric && executable(entry.path() / "bin/postgres") && executable(entry.path() / "bin/initdb"))
            out.insert(version);
    }
    return out;
}

fs::path debian_programs(int version) { return fs::path{debian_folder} / std::to_string(version) / "bin"; }

/// A PostgreSQL that is no Debian package: the one that PATH finds.
std::optional<installation> in_path() {
    const auto initdb = find_program("initdb");
    if (initdb.empty()) return std::nullopt;
    const auto programs = fs::canonical(initdb).parent_path();
    return executable(programs / "postgres") ? std::optional{installation_in(programs)} : std::nullopt;
}

/// What the environment asks for where the program leaves it open; 0: nothing.
int version_by_environment() {
    const char* text = std::getenv("HOWDAH_POSTGRES_VERSION");
    if (text == nullptr || *text == '\0') return 0;
    int version = 0;
    const char* end = text + std::strlen(text);
    const auto read = std::from_chars(text, end, version);
    if (read.ec != std::errc{} || read.ptr != end || version < oldest_version || version > newest_version)
        fail("HOWDAH_POSTGRES_VERSION is \"" + std::string{text} + "\": a major version is wanted, " +
             std::to_string(oldest_version) + " to " + std::to_string(newest_version));
    return version;
}

const npm_package& package_of(int version) {
    const auto* found = std::ranges::find(npm_packages, version, &npm_package::version);
    if (found == npm_packages.end()) {
        fail("PostgreSQL " + std::to_string(version) + " is not to be had: versions " + std::to_string(oldest_version) +
             " to " + std::to_string(newest_version) + " are");
    }
    return *found;
}

// The folder's name has the package's version: a new one in package.json is a new download.
fs::path npm_folder(const npm_package& package) {
    const auto version = package.specification.substr(package.specification.rfind('@') + 1);
    return cache_folder() / ("npm-" + std::string{package.name} + '-' + std::string{version});
}

fs::path npm_programs(const npm_package& package) {
    return npm_folder(package) / "node_modules" / package.name / "native/bin";
}

bool works(const fs::path& programs) {
    return executable(programs / "postgres") &&
           run({.arguments = {(programs / "postgres").string(), "--version"}}, {}, 10s).exit_status == 0;
}

void download(const npm_package& package, const fs::path& target) {
    const auto npm = find_program("npm");
    if (npm.empty()) {
        fail("PostgreSQL " + std::to_string(package.version) +
             " is not installed, and npm, which could fetch it, is not in PATH: install postgresql-" +
             std::to_string(package.version) + " or npm (apt-get install npm)");
    }
    const fs::path work = target.string() + ".part";
    fs::remove_all(work);
    fs::create_directories(work);
    std::ofstream{work / "package.json"} << R"({"private":true,"dependencies":{")" << package.name << R"(":")"
                                         << package.specification << R"("},"allowScripts":)" << npm_allowed_scripts
                                         << "}\n";
    const auto npm_does = [&](std::vector<std::string> words) {
        words.insert(words.begin(), npm);
        words.insert(words.end(), {"--no-audit", "--no-fund"});
        run_or_fail({.arguments = std::move(words), .working_folder = work.string()}, {}, 10min);
    };
    npm_does({"install"});
    const auto programs = work / "node_modules" / package.name / "native/bin";
    // Some npm run no install script unasked; it makes the links of the libraries.
    if (!works(programs)) npm_does({"rebuild"});
    if (!works(programs)) fail("npm installed PostgreSQL into " + work.string() + ", and it does not start");
    fs::rename(work, target);
}

installation from_npm(int version) {
    const auto& package = package_of(version);
    const auto folder = npm_folder(package);
    if (!executable(npm_programs(package) / "postgres")) {
        const auto lock = file_lock::wait_for(folder.string() + ".lock");
        if (!executable(npm_programs(package) / "postgres")) download(package, folder);
    }
    return installation_in(npm_programs(package));
}

}  // namespace

// "postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)" -> "15.13 (Debian 15.13-0+deb12u1)"
installation installation_in(const fs::path& programs) {
    auto said = run_or_fail({.arguments = {(programs / "postgres").string(), "--version"}}, {}, 10s);
    while (!said.empty() && said.back() == '\n') said.pop_back();
    installation out{.programs = programs};
    const auto number = said.find_first_of("0123456789");
    if (number != std::string::npos) out.full_version = said.substr(number);
    std::from_chars(out.full_version.data(), out.full_version.data() + out.full_version.size(), out.version);
    return out;
}

bool installation::has(const std::string& name) const { return executable(programs / name); }

int chosen_version(int version) {
    if (version == 0) version = version_by_environment();
    if (version != 0) return version;
    if (const auto packaged = debian_versions(); !packaged.empty()) return *packaged.rbegin();
    if (const auto found = in_path()) return found->version;
    return 15;
}

installation find_installation(int version) {
    version = chosen_version(version);
    if (debian_versions().contains(version)) return installation_in(debian_programs(version));
    if (auto found = in_path(); found && found->version == version) return *found;
    return from_npm(version);
}

bool needs_download(int version) {
    version = chosen_version(version);
    if (debian_versions().contains(version)) return false;
    if (auto found = in_path(); found && found->version == version) return false;
    return !executable(npm_programs(package_of(version)) / "postgres");
}

std::string find_psql() {
    if (auto found = find_program("psql"); !found.empty()) return found;
    for (const int version : debian_versions())
        if (const auto path = debian_programs(version) / "psql"; executable(path)) return path.string();
    fail("psql is not installed: apt-get install postgresql-client");
}

}  // namespace howdah::testing
