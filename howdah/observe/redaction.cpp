#include "howdah/observe/redaction.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

#include "howdah/base/digest.hpp"
#include "howdah/base/error.hpp"
#include "howdah/base/utf8.hpp"
#include "howdah/observe/statement_text.hpp"

namespace howdah {
namespace {

constexpr std::string_view stars = "***";

bool is_column(const std::string& wanted, const value_place& where) {
    const auto attribute = where.attribute.empty() ? where.column : where.attribute;
    if (wanted == where.column || wanted == attribute) return true;
    const auto dot = wanted.rfind('.');
    if (dot == std::string::npos) return false;
    const auto table = std::string_view{wanted}.substr(0, dot);
    const auto schema = where.table.size() - std::min(where.table.size(), table.size());  // and its dot
    const bool is_table = where.table.substr(schema) == table && (schema == 0 || where.table[schema - 1] == '.');
    return is_table && std::string_view{wanted}.substr(dot + 1) == attribute;
}

std::string partly(std::string_view value) {
    std::size_t characters = 0, last = 0;
    for (std::size_t at = 0; at < value.size(); at += utf8::first_of(value.substr(at)).size) {
        ++characters;
        last = at;
    }
    if (characters < 8) return std::string{stars};
    std::string out{value.substr(0, utf8::first_of(value).size)};
    return (out += stars) += value.substr(last);
}

}  // namespace

redaction::redaction() {
    std::array<unsigned char, 32> random{};
    if (::RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
        throw error{errc::unsupported_option, "OpenSSL has no random bytes for the key of masked values"};
    key_ = secret_string{std::string_view{reinterpret_cast<const char*>(random.data()), random.size()}};
    wipe(random.data(), random.size());
}

redaction::kept_rule redaction::keep(masking_rule&& rule) {
    const auto statement = rule.statement.empty() ? 0 : normalise(rule.statement).hash;
    return {std::move(rule), statement};
}

redaction& redaction::parameters(masking_rule rule) {
    parameters_.push_back(keep(std::move(rule)));
    return *this;
}

redaction& redaction::columns(masking_rule rule) {
    columns_.push_back(keep(std::move(rule)));
    return *this;
}

redaction& redaction::hash_with(secret_string key) {
    key_ = std::move(key);
    return *this;
}

masking redaction::decide(const std::vector<kept_rule>& rules, const value_place& where, masking otherwise) {
    for (const auto& one : std::views::reverse(rules)) {
        const auto& r = one.rule;
        if (r.position != 0 && r.position != where.position) continue;
        if (!r.type.empty() && r.type != where.type) continue;
        if (!r.column.empty() && !is_column(r.column, where)) continue;
        if (!r.statement.empty() && normalise(where.statement).hash != one.statement) continue;
        return r.as;
    }
    return otherwise;
}

masking redaction::of_parameter(const value_place& where) const { return decide(parameters_, where, masking::full); }
masking redaction::of_column(const value_place& where) const { return decide(columns_, where, masking::none); }

std::optional<std::string> redaction::show(std::optional<std::string_view> value, masking as) const {
    if (!value || as == masking::null) return std::nullopt;
    switch (as) {
        case masking::none: return std::string{*value};
        case masking::full: return std::string{stars};
        case masking::partial: return partly(*value);
        case masking::hash: return hmac_sha_256(key_.reveal(), *value).hexadecimal().substr(0, 16);
        case masking::null: break;
    }
    return std::nullopt;
}

std::optional<masking> masking_of(std::string_view name) noexcept {
    using enum masking;
    for (const auto& [known, as] : {std::pair{std::string_view{"none"}, none},
                                    {"full", full},
                                    {"partial", partial},
                                    {"hash", hash},
                                    {"null", null}})
        if (name == known) return as;
    return std::nullopt;
}

}  // namespace howdah
