#pragma once

#include <cstdint>
#include <string_view>

#include "howdah/async/awaitable.hpp"
#include "howdah/config/connection_config.hpp"
#include "howdah/core/commit_outcome.hpp"

namespace howdah {

/// What became of the transaction of an error with fate::commit_unknown, by its transaction_id(). Asked on a connection
/// of its own, which must lead to the server that the transaction ran on, or to one that has taken over from it.
awaitable<commit_outcome> resolve_commit(std::string_view conninfo, std::uint64_t transaction_id);
/// `config` is copied; name it first (GCC 12 destroys a temporary twice inside of co_await).
awaitable<commit_outcome> resolve_commit(const connection_config& config, std::uint64_t transaction_id);

}  // namespace howdah
