#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "howdah/config/connection_config.hpp"
#include "howdah/core/shared_facts.hpp"
#include "howdah/core/statement_cache.hpp"
#include "howdah/observe/observer.hpp"
#include "howdah/sql/type_catalog.hpp"
#include "howdah/wire/session.hpp"

namespace howdah::core {

/// Who is at the other end. A pooler gives each transaction, or each statement, whatever server connection is free:
/// no name is kept for a client, and a cancel that comes late may hit another one.
enum class peer : std::uint8_t { server, pooler };

/// What a connection's engine needs to know, from its connection_config and its startup.
struct engine_options {
    wire::session_options session;
    statement_cache_options cache;
    statement_mode statements = statement_mode::prepare;
    enum peer peer = peer::server;
    std::chrono::milliseconds query_timeout{30'000};  // zero: none
    std::chrono::milliseconds cancel_grace{2'000};
    std::size_t max_result_bytes = std::size_t{1} << 30;
    std::uint64_t max_result_rows = std::numeric_limits<std::uint64_t>::max();
    std::size_t wait_queue = 10'000;
    std::uint32_t process_id = 0;                                // of the server's process
    std::string host;                                            // for messages
    std::map<std::string, std::string, std::less<>> parameters;  // ParameterStatus so far
    std::shared_ptr<observer> watcher;
    std::chrono::milliseconds slow_query{1'000};                               // then the watcher is told; zero: never
    std::chrono::milliseconds idle_in_transaction{60'000};                     // likewise
    std::shared_ptr<type_catalog> catalog = std::make_shared<type_catalog>();  // shared by connections to one database
    std::shared_ptr<shared_facts> facts;                                       // likewise; null: nobody's
};

}  // namespace howdah::core
