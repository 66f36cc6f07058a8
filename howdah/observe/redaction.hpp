#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/base/secret_string.hpp"

namespace howdah {

/// What is shown of a value.
enum class masking : std::uint8_t {
    none,     // the value
    full,     // "***"
    partial,  // the first and the last character of eight or more, "***" between them; else as `full`
    hash,     // 16 hexadecimal digits that are the same for the same value and key
    null,     // nothing, as if it were NULL
};

/// What a policy may decide by; what is not known is empty.
struct value_place {
    std::string_view statement{};  // as it was written
    std::size_t position = 0;      // of a parameter: 1 for $1
    std::string_view type{};       // "int4"
    std::string_view table{};      // of a column: "users", or "public.users"
    std::string_view column{};     // as the result calls it
    std::string_view attribute{};  // as its table does; empty: the same, or nobody knows
};

/// Fits where everything that is set in it does.
struct masking_rule {
    masking as = masking::full;
    std::size_t position = 0;  // of a parameter
    std::string type{};
    std::string column{};  // "email", in the result or in its table; "users.email", "public.users.email"; case counts
    std::string statement{};  // any spelling that normalises to the same text
};

/// What may be shown of values: the policy of logs, audit trails and the command. The last rule that fits decides. Where
/// none does, a parameter is masked in full and a column of a result is shown. Set it up before it is shared.
class redaction {
public:
    redaction();

    redaction& parameters(masking_rule rule);
    redaction& columns(masking_rule rule);
    /// For masking::hash: with the same key, processes show the same hashes. Without one it is random.
    redaction& hash_with(secret_string key);

    masking of_parameter(const value_place& where) const;
    masking of_column(const value_place& where) const;
    /// What is shown of a value; nullopt is NULL.
    std::optional<std::string> show(std::optional<std::string_view> value, masking as) const;

private:
    struct kept_rule {
        masking_rule rule;
        std::uint64_t statement = 0;  // its hash
    };

    static masking decide(const std::vector<kept_rule>& rules, const value_place& where, masking otherwise);
    static kept_rule keep(masking_rule&& rule);

    std::vector<kept_rule> parameters_, columns_;
    secret_string key_;
};

/// "none", "full", "partial", "hash", "null"; nullopt for anything else.
std::optional<masking> masking_of(std::string_view name) noexcept;

}  // namespace howdah
