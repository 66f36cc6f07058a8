#pragma once
// Workloads that bring rows in, by the blocking driver.

#include "howdah/blocking/connection.hpp"

namespace bench {

/// A statement a row, a pipeline of pipe_depth of them after another.
void insert_one_by_one(howdah::blocking::connection& c);
/// insert_many, by one of its methods, and as it picks for itself.
void insert_by_pipeline(howdah::blocking::connection& c);
void insert_by_unnest(howdah::blocking::connection& c);
void insert_by_copy(howdah::blocking::connection& c);
void insert_as_is_best(howdah::blocking::connection& c);

}  // namespace bench
