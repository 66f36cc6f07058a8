#include "howdah/core/shown_parameters.hpp"

#include <optional>

#include "howdah/observe/json_line.hpp"
#include "howdah/sql/parameters.hpp"
#include "howdah/types/builtin_types.hpp"

namespace howdah::core {
namespace {

constexpr std::size_t longest_value = 1'024, longest_list = 4'096;

// By the name that PostgreSQL has for it, where that is known before the server is asked; else by C++'s.
std::string_view type_of(const parameter_view& p) {
    const auto name = type_name(p.codec->first_use(p.value));
    return name.empty() ? p.codec->cpp_type : name;
}

// What can't be written as text is masked whatever the policy says.
std::optional<std::string> shown(const parameter_view& p, const value_place& where, const redaction& policy) {
    if (p.codec->is_null(p.value)) return std::nullopt;
    const auto as = policy.of_parameter(where);
    if (as == masking::full || as == masking::null) return policy.show("", as);
    bytes text;
    if (!p.codec->text_form || p.codec->encode(p.value, type_ref{}, format::text, text))
        return policy.show("", masking::full);
    auto out = policy.show(as_text(text), as);
    if (out && out->size() > longest_value) out->replace(longest_value, std::string::npos, "...");
    return out;
}

}  // namespace

std::string shown_parameters(const operation::watched_statement& s, const redaction& policy) {
    std::string out;
    std::size_t position = 0;
    for (const auto& p : s.parameters) {
        out += out.empty() ? '[' : ',';
        if (out.size() > longest_list) return out += "\"...\"]";
        const auto value = shown(p, {.statement = s.text, .position = ++position, .type = type_of(p)}, policy);
        if (value) observe::append_json_text(out, *value);
        else out += "null";
    }
    if (!out.empty()) out += ']';
    return out;
}

}  // namespace howdah::core
