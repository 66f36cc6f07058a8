#pragma once
// What pools and nodes say of themselves, as JSON: for the status page and for `howdah cluster status --json`.

#include <string>
#include <string_view>

#include "howdah/cluster/node.hpp"
#include "howdah/pool/pool_status.hpp"

namespace howdah::ops {

/// "unknown", "primary", "replica"
std::string_view word_of(node_role r) noexcept;
/// "closed", "open", "half open"
std::string_view word_of(breaker_state s) noexcept;

/// What may be shown of an error: not the server's words, which may quote literals. "invalid_password"
std::string_view words_of(const error& e) noexcept;

/// {"name","size","idle","in_use","connecting","waiting","limit","acquired","opened","broken","last_error","last_error_at"}
std::string json_of(std::string_view name, const pool_status& s);
/// {"name","role","lag_bytes","lag_ms","position",...,"trouble"}; what is not known is null.
std::string json_of(const node_status& n);

/// "[a,b]" of parts that are JSON.
template <class Range, class F>
std::string json_list(const Range& of, F&& each) {
    std::string out = "[";
    for (const auto& one : of) (out += out.size() > 1 ? "," : "") += each(one);
    return out += ']';
}

}  // namespace howdah::ops
