#include "howdah/testing/server_address.hpp"

#include <cctype>
#include <charconv>

#include "howdah/testing/failure.hpp"
#include "howdah/testing/flat_json.hpp"

namespace howdah::testing {
namespace {

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned code = 0;
        if (text[i] == '%' && i + 2 < text.size() &&
            std::from_chars(text.data() + i + 1, text.data() + i + 3, code, 16).ec == std::errc{}) {
            out += static_cast<char>(code);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// The part of a URI between two marks.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
    const auto start = text.find(before);
    if (start == std::string_view::npos) return {};
    text.remove_prefix(start + before.size());
    return text.substr(0, text.find_first_of(after));
}

const flat_value& member(const flat_object& object, std::string_view name) {
    const auto found = object.find(name);
    if (found == object.end()) fail("a throwaway server's description lacks \"" + std::string{name} + '"');
    return found->second;
}

std::string text_member(const flat_object& object, std::string_view name) {
    const auto& value = member(object, name);
    if (!value.text) fail("a throwaway server's description has no text for \"" + std::string{name} + '"');
    return *value.text;
}

}  // namespace

std::string server_address::password() const {
    const auto user = std::string{between(dsn, "://", "@")};
    const auto colon = user.find(':');
    return colon == std::string::npos ? std::string{} : percent_decoded(user.substr(colon + 1));
}

std::uint16_t server_address::port() const {
    const auto text = between(superuser_dsn, "port=", "&");
    std::uint16_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

std::string server_address::socket_folder() const { return percent_decoded(between(superuser_dsn, "host=", "&")); }

std::string server_address::dsn_by(route r) const {
    const std::string plain = dsn.substr(0, dsn.find('?'));
    const auto user = plain.substr(0, plain.find('@') + 1), database = plain.substr(plain.rfind('/'));
    switch (r) {
        case route::best: return dsn;
        case route::tcp: return plain + "?sslmode=disable";
        case route::tls:
            if (!ca) fail("the server " + dir + " has no TLS");
            return dsn;
        case route::socket:
            return user + database + "?host=" + percent_encoded(socket_folder()) + "&port=" + std::to_string(port());
    }
    return {};
}

std::string server_address::to_json() const {
    return "{\"dir\":" + json_string(dir) + ",\"dsn\":" + json_string(dsn) +
           ",\"superuser_dsn\":" + json_string(superuser_dsn) + ",\"replicas\":" + json_list(replicas) +
           ",\"ca\":" + (ca ? json_string(*ca) : "null") + '}';
}

server_address server_address::from_json(std::string_view text) {
    const auto object = parse_flat_json(text);
    return {.dir = text_member(object, "dir"),
            .dsn = text_member(object, "dsn"),
            .superuser_dsn = text_member(object, "superuser_dsn"),
            .replicas = member(object, "replicas").list,
            .ca = member(object, "ca").text};
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (std::isalnum(code) != 0 || c == '-' || c == '_' || c == '.' || c == '~') {
            out += c;
        } else {
            out.append({'%', digits[code / 16], digits[code % 16]});
        }
    }
    return out;
}

}  // namespace howdah::testing
