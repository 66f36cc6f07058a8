#include "howdah/config/passfile.hpp"

#include <algorithm>
#include <cstddef>
#include <system_error>
#include <utility>

#include "howdah/base/errc.hpp"
#include "howdah/config/detail/resolve.hpp"
#include "howdah/config/file.hpp"

namespace howdah::config {
namespace {

// Takes a field and its colon off `line` if it fits; libpq's pwdfMatchesString.
bool take_field(std::string_view& line, std::string_view wanted) {
    if (line.starts_with("*:")) {
        line.remove_prefix(2);
        return true;
    }
    std::size_t at = 0, matched = 0;
    while (at < line.size()) {
        const bool escaped = line[at] == '\\';
        if (escaped && ++at == line.size()) return false;
        if (line[at] == ':' && !escaped && matched == wanted.size()) {
            line.remove_prefix(at + 1);
            return true;
        }
        if (matched == wanted.size() || line[at] != wanted[matched]) return false;
        ++at;
        ++matched;
    }
    return false;
}

// The password ends with the line, or at a colon that leaves room for later fields.
secret_string unescaped(std::string_view field) {
    std::string out;
    out.reserve(field.size());
    for (std::size_t at = 0; at < field.size() && field[at] != ':'; ++at) {
        if (field[at] == '\\' && at + 1 < field.size()) ++at;
        out += field[at];
    }
    secret_string password{out};
    wipe(out.data(), out.size());
    return password;
}

std::string describe(const std::string& path, std::error_code failed) {
    if (failed == std::errc::no_such_file_or_directory || failed == std::errc::not_a_directory) return {};
    if (failed == errc::insecure_file)
        return "password file " + path + " is ignored because group or others may use it; run chmod 0600 on it";
    if (failed == errc::invalid_option)
        return "password file " + path + " is ignored because it is not a plain file of at most 1 MiB";
    return "password file " + path + " can't be read (" + failed.message() + ")";
}

}  // namespace

std::optional<secret_string> find_password(std::string_view text, const passfile_key& key) {
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        auto line = text.substr(at, end - at);
        at = end + 1;
        if (line.starts_with('#')) continue;
        while (line.ends_with('\r')) line.remove_suffix(1);
        if (take_field(line, key.host) && take_field(line, key.port) && take_field(line, key.database) &&
            take_field(line, key.user))
            return unescaped(line);
    }
    return std::nullopt;
}

passfile_answer ask_passfile(const std::string& path, const std::vector<endpoint>& hosts, std::string_view database,
                             std::string_view user) {
    passfile_answer answer;
    answer.passwords.resize(hosts.size());
    std::string text;
    if (const auto failed = read_file(path, file_access::owner_only, text)) {
        answer.problem = describe(path, failed);
        return answer;
    }
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const auto& where = hosts[i];
        const auto port = std::to_string(where.port);
        std::string_view host = where.host.empty() ? where.hostaddr : where.host;
        if (host.empty() || host == default_host()) host = "localhost";
        const passfile_key key{.host = host, .port = port, .database = database, .user = user};
        if (auto found = find_password(text, key)) answer.passwords[i] = std::move(*found);
    }
    wipe(text.data(), text.size());
    return answer;
}

}  // namespace howdah::config
