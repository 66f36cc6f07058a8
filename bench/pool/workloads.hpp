#pragma once

#include <cstddef>
#include <cstdint>

#include "howdah/config/connection_config.hpp"

namespace bench {

/// How much is done.
struct amounts {
    std::size_t acquires = 200'000;  // of a thread, of idle connections
    std::size_t uses = 20'000;       // of all tasks
};

inline constexpr std::size_t connections = 8, tasks = 64;

/// What each of the tasks runs on its connection.
enum class task : std::uint8_t {
    rests,  // the server sleeps, so that the cores are the client's
    works,  // a point select: client and server share the cores
};
inline constexpr char resting[] = "select pg_sleep(0.001)";
inline constexpr char working[] = "select id from t where id = $1";

// Each prints a line of figures. `acquire`: one thread takes an idle connection and gives it back. `contended`: 64 tasks
// run a statement each on 8 connections. `threads`: so many threads take idle connections and give them back.

void acquire_async(const howdah::connection_config& config, const amounts& n);
void contended_async(const howdah::connection_config& config, const amounts& n, task what);
void threads_async(const howdah::connection_config& config, const amounts& n, std::size_t threads);

void acquire_blocking(const howdah::connection_config& config, const amounts& n);
void contended_blocking(const howdah::connection_config& config, const amounts& n, task what);
void threads_blocking(const howdah::connection_config& config, const amounts& n, std::size_t threads);

/// Whether connections share what a first connect has learnt.
enum class sharing : std::uint8_t { none, with_others };
/// Connects so often, one after another. Prints nothing: what it costs is counted from outside.
void connect(const howdah::connection_config& config, std::size_t times, sharing how);

}  // namespace bench
