#include "howdah/config/detail/uri.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "howdah/config/detail/key_value.hpp"
#include "howdah/config/detail/keyword.hpp"
#include "howdah/config/detail/syntax_error.hpp"

namespace howdah::config {
namespace {

constexpr auto designators = std::to_array<std::string_view>({"postgresql://", "postgres://"});
constexpr std::string_view encode_hint =
    "in a user name, password or database write @ as %40, : as %3A, / as %2F, ? as %3F, % as %25 and a space as %20";

std::size_t designator_size(std::string_view text) noexcept {
    for (const auto designator : designators)
        if (text.starts_with(designator)) return designator.size();
    return 0;
}

std::optional<unsigned> hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

class uri_reader {
public:
    uri_reader(std::string_view text, conninfo& out) : text_{text}, out_{out}, at_{designator_size(text)} {}

    void read() {
        read_credentials();
        read_hosts();
        if (!at_end() && next() == '/') read_database();
        if (at_end()) return;
        ++at_;
        while (!at_end()) read_parameter();
    }

private:
    bool at_end() const noexcept { return at_ == text_.size(); }
    char next() const noexcept { return text_[at_]; }
    bool at_any_of(std::string_view set) const noexcept { return at_end() || set.find(next()) != set.npos; }

    std::string_view take_until(std::string_view set) noexcept {
        const auto start = at_;
        while (!at_any_of(set)) ++at_;
        return text_.substr(start, at_ - start);
    }

    std::size_t offset_of(std::string_view part) const noexcept {
        return static_cast<std::size_t>(part.data() - text_.data());
    }

    // The first '@' before a '/' ends the credentials, even if it stands in the query: libpq's rule.
    void read_credentials() {
        const auto stop = text_.find_first_of("@/", at_);
        if (stop == text_.npos || text_[stop] != '@') return;
        const auto user = take_until(":@");
        if (!user.empty()) store_decoded("user", user);
        if (next() == ':') {
            ++at_;
            const auto password = take_until("@");
            if (!password.empty()) store_decoded("password", password);
        }
        ++at_;
    }

    void read_hosts() {
        const auto start = at_;
        std::string hosts, ports;
        while (true) {
            hosts += read_host();
            if (!at_end() && next() == ':') {
                ++at_;
                ports += take_until("/?,");
            }
            if (at_end() || next() != ',') break;
            ++at_;
            hosts += ',';
            ports += ',';
        }
        if (!hosts.empty()) out_.set("host", decode(hosts, start));
        if (!ports.empty()) out_.set("port", decode(ports, start));
    }

    std::string_view read_host() {
        if (at_end() || next() != '[') return take_until(":/?,");
        const auto bracket = at_++;
        const auto address = take_until("]");
        if (at_end()) throw_syntax_error("no \"]\" closes the IPv6 address that begins", bracket, "write [::1]:5432");
        if (address.empty()) throw_syntax_error("the IPv6 address is empty", bracket, "write [::1]:5432");
        ++at_;
        if (!at_any_of(":/?,")) throw_syntax_error("expected \":\", \"/\", \"?\" or \",\"", at_, encode_hint);
        return address;
    }

    // An empty database is left unsaid, so that PGDATABASE still holds.
    void read_database() {
        ++at_;
        const auto name = take_until("?");
        if (!name.empty()) store_decoded("dbname", name);
    }

    void read_parameter() {
        const auto start = at_;
        const auto raw_name = take_until("=&");
        if (at_end() || next() != '=') throw_syntax_error("missing \"=\" in the query parameter", start, encode_hint);
        ++at_;
        const auto raw_value = take_until("=&");
        if (!at_end() && next() == '=') throw_syntax_error("a second \"=\" in one parameter", at_, "write = as %3D");
        if (!at_end()) ++at_;
        std::string name = decode(raw_name, start);
        std::string value = decode(raw_value, offset_of(raw_value));
        if (name == "ssl" && value == "true") {  // JDBC's word
            name = "sslmode";
            value = "require";
        }
        const bool known = store(out_, name, value);
        wipe(value.data(), value.size());
        // An '@' in or behind it tells that the query is, by mistake, the second half of a password.
        const bool astray = text_.find('@', start) != text_.npos;
        if (!known) throw_unknown_keyword(name, start, astray ? neighbour::secret : before_, astray ? encode_hint : "");
        const auto* word = find_keyword(name);
        before_ = word != nullptr && word->shown == secrecy::secret ? neighbour::secret : neighbour::open;
    }

    void store_decoded(std::string_view keyword, std::string_view raw) {
        std::string value = decode(raw, offset_of(raw));
        out_.set(keyword, value);
        wipe(value.data(), value.size());
    }

    // libpq 18 drops spaces around a part, and refuses them inside.
    static std::string decode(std::string_view raw, std::size_t offset) {
        const auto first = std::min(raw.find_first_not_of(' '), raw.size());
        const auto last = std::min(raw.find(' ', first), raw.size());
        if (raw.find_first_not_of(' ', last) != raw.npos)
            throw_syntax_error("an unencoded space is in the part that begins", offset, "write it as %20");
        std::string out;
        for (auto i = first; i < last; ++i) out += raw[i] == '%' ? decode_token(raw, i, offset) : raw[i];
        return out;
    }

    // Moves `i` to the token's last character.
    static char decode_token(std::string_view raw, std::size_t& i, std::size_t offset) {
        const auto high = i + 1 < raw.size() ? hex_digit(raw[i + 1]) : std::nullopt;
        const auto low = i + 2 < raw.size() ? hex_digit(raw[i + 2]) : std::nullopt;
        if (!high || !low)
            throw_syntax_error("\"%\" without two hexadecimal digits is in the part that begins", offset,
                               "write it as %25");
        const auto code = *high * 16 + *low;
        if (code == 0) throw_syntax_error("%00 is in the part that begins", offset, "no value can hold a NUL");
        i += 2;
        return static_cast<char>(code);
    }

    std::string_view text_;
    conninfo& out_;
    std::size_t at_;
    neighbour before_ = neighbour::open;
};

}  // namespace

bool is_uri(std::string_view text) noexcept { return designator_size(text) != 0; }

void read_uri(std::string_view text, conninfo& out) { uri_reader{text, out}.read(); }

}  // namespace howdah::config
