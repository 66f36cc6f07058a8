#pragma once
// The floor's workloads, by the names of bench/README.md.

#include <string_view>

#include "bench/floor/connection.hpp"

namespace bench::floor {

inline constexpr std::string_view peer = "floor";

void seq(connection& c);
void pipe(connection& c);
void pipe_1sync(connection& c);
void rows_buf(connection& c);
void rows_typed(connection& c);
void rows_stream(connection& c);
void memory_over_rows(connection& c);
void copyin(connection& c);
void copyout(connection& c);
void copyout_dec(connection& c);
void insert(connection& c);

void pool(const arguments& to);
void connect(const arguments& to);
void connect_cached(const arguments& to);
void notify(const arguments& to);

}  // namespace bench::floor
