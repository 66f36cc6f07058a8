#include "howdah/sim/detail/names.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace howdah::sim {
namespace {

template <class Value, std::size_t N>
using table = std::array<std::pair<std::string_view, Value>, N>;

template <class Value, std::size_t N>
std::string_view name_in(const table<Value, N>& names, Value value) noexcept {
    const auto found = std::ranges::find(names, value, &std::pair<std::string_view, Value>::second);
    return found == names.end() ? std::string_view{} : found->first;
}

template <class Value, std::size_t N>
std::optional<Value> value_in(const table<Value, N>& names, std::string_view name) noexcept {
    const auto found = std::ranges::find(names, name, &std::pair<std::string_view, Value>::first);
    return found == names.end() ? std::nullopt : std::optional{found->second};
}

using ending = recorded_result::ending;
using transaction = wire::transaction_status;

constexpr table<ending, 4> endings{{{"complete", ending::complete},
                                    {"suspended", ending::suspended},
                                    {"empty", ending::empty},
                                    {"failed", ending::failed}}};
constexpr table<refused_at, 4> places{{{"parse", refused_at::parse},
                                       {"bind", refused_at::bind},
                                       {"describe", refused_at::describe},
                                       {"execute", refused_at::execute}}};
constexpr table<transaction, 3> statuses{
    {{"idle", transaction::idle}, {"in transaction", transaction::in_transaction}, {"failed", transaction::failed}}};

constexpr table<match_by, 6> matchers{{{"any", match_by::any},
                                       {"regex", match_by::regex},
                                       {"ignore_case", match_by::ignore_case},
                                       {"time_within", match_by::time_within},
                                       {"json_equal", match_by::json_equal},
                                       {"same_as_earlier", match_by::same_as_earlier}}};
constexpr table<normalise_as, 3> normalisers{{{"fixed_time", normalise_as::fixed_time},
                                              {"numbered_uuid", normalise_as::numbered_uuid},
                                              {"numbered", normalise_as::numbered}}};
constexpr table<masking, 5> masks{{{"none", masking::none},
                                   {"full", masking::full},
                                   {"partial", masking::partial},
                                   {"hash", masking::hash},
                                   {"null", masking::null}}};

bool is_hexadecimal(std::string_view digits, std::size_t count) noexcept {
    return digits.size() == count && digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string_view name_of(ending e) noexcept { return name_in(endings, e); }
std::string_view name_of(refused_at w) noexcept { return name_in(places, w); }
std::string_view name_of(transaction s) noexcept { return name_in(statuses, s); }
std::string_view name_of(match_by by) noexcept { return name_in(matchers, by); }
std::string_view name_of(normalise_as as) noexcept { return name_in(normalisers, as); }
std::string_view name_of(masking as) noexcept { return name_in(masks, as); }
std::optional<match_by> match_by_of(std::string_view name) noexcept { return value_in(matchers, name); }
std::optional<normalise_as> normalise_as_of(std::string_view name) noexcept { return value_in(normalisers, name); }
std::optional<ending> ending_of(std::string_view name) noexcept { return value_in(endings, name); }
std::optional<refused_at> refused_at_of(std::string_view name) noexcept { return value_in(places, name); }
std::optional<transaction> status_of(std::string_view name) noexcept { return value_in(statuses, name); }

bool is_interaction_name(std::string_view name) noexcept {
    constexpr std::string_view fallback = "fallback-";
    if (name.starts_with(fallback)) name.remove_prefix(fallback.size());
    return name.size() == 33 && is_hexadecimal(name.substr(0, 16), 16) && name[16] == '-' &&
           is_hexadecimal(name.substr(17), 16);
}

bool is_data_name(std::string_view name) noexcept { return is_hexadecimal(name, 64); }

}  // namespace howdah::sim
