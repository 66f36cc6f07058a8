#pragma once
// The blocking driver's workloads, by the names of bench/README.md.

#include <string_view>

#include "howdah/blocking/blocking.hpp"
#include "howdah/config/connection_config.hpp"

namespace bench::by_blocking {

using howdah::connection_config;
using howdah::blocking::connection;

inline constexpr std::string_view peer = "howdah-blocking";

void seq(connection& c);
/// The same with an observer that does nothing, and with one that keeps metrics.
void seq_observed(const connection_config& config);
void seq_metrics(const connection_config& config);
/// One batch after another: a caller that blocks has nothing else to send meanwhile.
void pipe(connection& c);
void pipe_1sync(connection& c);

void rows_buf(connection& c);
void rows_typed(connection& c);
void rows_stream(connection& c);
/// A stream of ten million rows.
void memory_over_rows(connection& c);
void copyout(connection& c);
void copyout_dec(connection& c);

void copyin(connection& c);
/// insert_many, as it picks for itself, and by one of its methods.
void insert(connection& c);
void insert_unnest(connection& c);
void insert_copy(connection& c);
void insert_rows(connection& c);
/// A statement a row, a pipeline of pipe_depth of them after another.
void insert_pipe(connection& c);

/// A thread a task; each call takes a connection for itself.
void pool(const connection_config& config);
/// The same by acquire(): also how long that takes, and how much of the time the connections were in use.
void pool_acquire(const connection_config& config);
void connect(const connection_config& config);
/// As a pool connects further connections: with what the first login has found out.
void connect_cached(const connection_config& config);
void notify(const connection_config& config);

}  // namespace bench::by_blocking
