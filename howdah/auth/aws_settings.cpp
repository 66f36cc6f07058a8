#include "howdah/auth/aws_settings.hpp"

#include <cstdlib>
#include <optional>
#include <utility>

#include "howdah/auth/detail/ini_file.hpp"
#include "howdah/base/error.hpp"
#include "howdah/config/file.hpp"
#include "howdah/config/home_folder.hpp"

namespace howdah {
namespace {

using section = std::map<std::string, secret_string, std::less<>>;

class surroundings {
public:
    explicit surroundings(const aws_surroundings& where) : where_{where} {}

    /// Empty if it is not set.
    std::string variable(const char* name) const {
        if (where_.environment) return where_.environment(name).value_or("");
        const char* value = std::getenv(name);
        return value == nullptr ? "" : value;
    }
    bool names_profile() const { return !where_.profile.empty(); }
    std::string profile() const {
        if (names_profile()) return where_.profile;
        auto named = variable("AWS_PROFILE");
        return named.empty() ? "default" : named;
    }
    std::string credentials_file() const { return file("AWS_SHARED_CREDENTIALS_FILE", "credentials"); }
    std::string config_file() const { return file("AWS_CONFIG_FILE", "config"); }

    section in_credentials_file() const { return read(credentials_file(), profile()); }
    section in_config_file() const {
        const auto name = profile();
        return read(config_file(), name == "default" ? name : "profile " + name);
    }

private:
    std::string file(const char* name, const char* otherwise) const {
        if (auto path = variable(name); !path.empty()) return path;
        auto home = variable("HOME");
        if (home.empty()) home = config::home_folder().value_or("");
        return home + "/.aws/" + otherwise;
    }
    static section read(const std::string& path, const std::string& name) {
        std::string text;
        const auto failed = config::read_file(path, config::file_access::anyone, text);
        if (failed == std::errc::no_such_file_or_directory || failed == std::errc::not_a_directory) return {};
        if (failed) throw error{errc::no_credentials, "AWS's file " + path + " can't be read: " + failed.message()};
        auto out = auth::section_of(text, name);
        wipe(text.data(), text.size());
        return out;
    }

    const aws_surroundings& where_;
};

std::optional<aws_keys> keys_in(const section& s) {
    const auto value = [&](const char* name) {
        const auto found = s.find(name);
        return found == s.end() ? secret_string{} : found->second;
    };
    aws_keys out{.access_key_id = std::string{value("aws_access_key_id").reveal()},
                 .secret_access_key = value("aws_secret_access_key"),
                 .session_token = value("aws_session_token")};
    if (out.access_key_id.empty() || out.secret_access_key.empty()) return std::nullopt;
    return out;
}

}  // namespace

aws_keys find_aws_keys(const aws_surroundings& where) {
    const surroundings here{where};
    if (!here.names_profile()) {
        aws_keys out{.access_key_id = here.variable("AWS_ACCESS_KEY_ID"),
                     .secret_access_key = secret_string{here.variable("AWS_SECRET_ACCESS_KEY")},
                     .session_token = secret_string{here.variable("AWS_SESSION_TOKEN")}};
        if (!out.access_key_id.empty() && !out.secret_access_key.empty()) return out;
    }
    if (auto found = keys_in(here.in_credentials_file())) return *std::move(found);
    if (auto found = keys_in(here.in_config_file())) return *std::move(found);
    throw error{errc::no_credentials, "no AWS keys for profile \"" + here.profile() +
                                          "\": neither AWS_ACCESS_KEY_ID and "
                                          "AWS_SECRET_ACCESS_KEY, nor aws_access_key_id and aws_secret_access_key in " +
                                          here.credentials_file() + " or " + here.config_file() +
                                          "; keys that a service gives out come by refresh_keys_by()"};
}

std::string find_aws_region(const aws_surroundings& where) {
    const surroundings here{where};
    for (const auto* name : {"AWS_REGION", "AWS_DEFAULT_REGION"})
        if (auto region = here.variable(name); !region.empty()) return region;
    for (const auto& found : {here.in_config_file(), here.in_credentials_file()})
        if (const auto region = found.find("region"); region != found.end())
            return std::string{region->second.reveal()};
    throw error{errc::no_credentials, "no AWS region: give it, set AWS_REGION, or put region into profile \"" +
                                          here.profile() + "\" of " + here.config_file()};
}

}  // namespace howdah
