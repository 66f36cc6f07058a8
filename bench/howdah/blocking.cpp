#include "bench/howdah/blocking.hpp"

#include "bench/howdah/peer.hpp"
#include "bench/howdah/scale.hpp"

namespace bench {
namespace {

using namespace by_blocking;

constexpr std::array<workload<connection>, 15> on_a_connection{{{"seq", seq},
                                                                {"pipe", pipe},
                                                                {"pipe_1sync", pipe_1sync},
                                                                {"rows_buf", rows_buf},
                                                                {"rows_typed", rows_typed},
                                                                {"rows_stream", rows_stream},
                                                                {"memory_over_rows", by_blocking::memory_over_rows},
                                                                {"copyin", copyin},
                                                                {"copyout", copyout},
                                                                {"copyout_dec", copyout_dec},
                                                                {"insert", by_blocking::insert},
                                                                {"insert_unnest", by_blocking::insert_unnest},
                                                                {"insert_copy", insert_copy},
                                                                {"insert_rows", insert_rows},
                                                                {"insert_pipe", insert_pipe}}};
constexpr std::array<workload<const connection_config>, 10> on_several{{{"seq_observed", seq_observed},
                                                                        {"seq_metrics", seq_metrics},
                                                                        {"pool", by_blocking::pool},
                                                                        {"pool_acquire", pool_acquire},
                                                                        {"connect", by_blocking::connect},
                                                                        {"connect_cached", connect_cached},
                                                                        {"notify", notify},
                                                                        {"throughput", by_blocking::throughput},
                                                                        {"idle", by_blocking::idle},
                                                                        {"complexity", complexity}}};

}  // namespace

exit_status run_blocking(const arguments& given, const connection_config& config) {
    return run_workload(on_several, on_a_connection, given.workload, config, [&] { return connection{config}; });
}

}  // namespace bench
