#include "howdah/sim/interaction.hpp"

#include <limits>

#include "howdah/base/digest.hpp"
#include "howdah/sim/detail/interaction_json.hpp"

namespace howdah::sim {
namespace {

// Lengths before contents: no two keys look the same.
void append_part(std::string& out, std::string_view part) {
    (out += std::to_string(part.size())) += ':';
    out += part;
}

void append_values(std::string& out, const std::vector<canonical_value>& values) {
    append_part(out, std::to_string(values.size()));
    for (const auto& v : values) {
        out += static_cast<char>('0' + static_cast<int>(v.what));
        append_part(out, v.data);
    }
}

std::string identity(const statement_key& statement) {
    std::string out;
    out.reserve(statement.text.size() + 64);
    append_part(out, statement.text);
    append_values(out, statement.literals);
    return out;
}

std::string named(const std::string& fingerprint, const std::string& rest) {
    return fingerprint + '-' + sha_256(rest).hexadecimal().substr(0, 16);
}

}  // namespace

std::string interaction_key::name() const {
    auto rest = identity(statement);
    append_values(rest, parameters);
    return named(statement.fingerprint, rest);
}

std::string name_of(const statement_key& statement) { return named(statement.fingerprint, identity(statement)); }

bool same_answer(const answer& a, const answer& b) { return to_json(a) == to_json(b); }

std::uint64_t interaction::use_count() const noexcept {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t out = 0;
    for (const auto& u : uses) out = u.times > most - out ? most : out + u.times;
    return out;
}

const answer* interaction::use(std::uint64_t n) const noexcept {
    for (const auto& u : uses) {
        if (n < u.times) return &u.given;
        n -= u.times;
    }
    return nullptr;
}

}  // namespace howdah::sim
