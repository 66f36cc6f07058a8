#include "howdah/sim/reception/login_secrets.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "howdah/base/error.hpp"
#include "howdah/config/file.hpp"
#include "howdah/wire/md5.hpp"
#include "howdah/wire/scram_derivation.hpp"

namespace howdah::sim {
namespace {

constexpr std::string_view md5_prefix = "md5", scram_prefix = "SCRAM-SHA-256$";
constexpr std::size_t md5_size = 35;

enum class secret_kind { password, md5, scram };

secret_kind kind_of(std::string_view secret) noexcept {
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (secret.starts_with(scram_prefix)) return secret_kind::scram;
    if (secret.size() == md5_size && secret.starts_with(md5_prefix) &&
        std::ranges::all_of(secret.substr(md5_prefix.size()), is_digit))
        return secret_kind::md5;
    return secret_kind::password;
}

// The next of a line, in quotes. nullopt: there is none.
std::optional<std::string> take_quoted(std::string_view& line) {
    const auto start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos || line[start] != '"') return std::nullopt;
    line.remove_prefix(start + 1);
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '"') {
            out += line[i];
        } else if (i + 1 < line.size() && line[i + 1] == '"') {
            out += line[i++];
        } else {
            line.remove_prefix(i + 1);
            return out;
        }
    }
    return std::nullopt;
}

bool is_blank(std::string_view line) noexcept {
    const auto start = line.find_first_not_of(" \t\r");
    return start == std::string_view::npos || line[start] == '#' || line[start] == ';';
}

bool same_octets(std::string_view a, std::string_view b) { return secret_string{a} == secret_string{b}; }

error bad_line(const std::string& file, std::size_t number, const std::string& why) {
    return {errc::invalid_option, "users file \"" + file + "\", line " + std::to_string(number) + ": " + why};
}

}  // namespace

login_secrets login_secrets::from_file(const std::string& path) {
    std::string text;
    if (const auto failed = config::read_file(path, config::file_access::owner_only, text)) {
        if (failed == errc::insecure_file)
            throw error{failed, "users file \"" + path + "\" holds secrets, and others can use it: chmod 0600 it"};
        throw error{failed, "users file \"" + path + "\" can't be read: " + failed.message()};
    }
    try {
        auto out = from_text(text, path);
        wipe(text.data(), text.size());
        return out;
    } catch (...) {
        wipe(text.data(), text.size());
        throw;
    }
}

login_secrets login_secrets::from_text(std::string_view text, const std::string& file) {
    login_secrets out;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (is_blank(line)) continue;
        const auto refuse = [&](const std::string& why) { throw error{bad_line(file, number, why)}; };
        auto user = take_quoted(line);
        auto secret = take_quoted(line);
        if (!user || !secret || user->empty() || !is_blank(line))
            refuse("a line is \"user\" \"password\", both in quotes");
        secret_string kept{*secret};
        wipe(secret->data(), secret->size());
        if (kind_of(kept.reveal()) == secret_kind::scram && !wire::parse_scram_verifier(kept.reveal()))
            refuse("the secret begins as SCRAM-SHA-256 and can't be read");
        if (!out.secrets_.try_emplace(*user, std::move(kept)).second) refuse("user \"" + *user + "\" has one already");
    }
    return out;
}

const secret_string* login_secrets::find(std::string_view user) const {
    const auto at = secrets_.find(user);
    return at == secrets_.end() ? nullptr : &at->second;
}

const secret_string* login_secrets::password(std::string_view user) const {
    const auto* found = find(user);
    return found != nullptr && kind_of(found->reveal()) == secret_kind::password ? found : nullptr;
}

bool login_secrets::is_password(std::string_view user, const secret_string& given) const {
    const auto* kept = find(user);
    if (kept == nullptr || given.empty()) return false;
    switch (kind_of(kept->reveal())) {
        case secret_kind::password: return *kept == given;
        case secret_kind::md5: {
            const auto hashed = wire::md5_stored(user, given);
            return hashed && *hashed == *kept;
        }
        case secret_kind::scram: {
            const auto v = wire::parse_scram_verifier(kept->reveal());
            wire::scram_keys keys;
            return v && wire::derive_scram_keys(given, v->salt, v->iterations, keys) &&
                   same_octets(as_text(keys.server), as_text(v->server_key));
        }
    }
    return false;
}

bool login_secrets::is_md5_answer(std::string_view user, bytes_view salt, std::string_view answer) const {
    const auto* kept = find(user);
    if (kept == nullptr || kind_of(kept->reveal()) == secret_kind::scram) return false;
    const auto stored = kind_of(kept->reveal()) == secret_kind::md5 ? *kept : wire::md5_stored(user, *kept);
    const auto expected = stored ? wire::md5_answer(*stored, salt) : std::nullopt;
    return expected && same_octets(expected->reveal(), answer);
}

wire::scram_verifier login_secrets::verifier(std::string_view user) const {
    constexpr std::uint32_t iterations = 4096;
    const auto* kept = find(user);
    if (kept != nullptr && kind_of(kept->reveal()) == secret_kind::scram)
        if (auto v = wire::parse_scram_verifier(kept->reveal())) return *std::move(v);
    if (kept != nullptr && kind_of(kept->reveal()) == secret_kind::password)
        return wire::make_scram_verifier(*kept, iterations);
    auto nobodys = wire::make_scram_verifier(secret_string{"nobody"}, iterations);
    nobodys.stored_key.fill(std::byte{0});  // a proof would be SHA-256's preimage of it
    return nobodys;
}

}  // namespace howdah::sim
