// The hand-written floor of every workload: floor WORKLOAD HOST PORT USER PASSWORD DBNAME.

#include "bench/floor/workloads.hpp"

namespace bench::floor {
namespace {

constexpr std::array<workload<connection>, 11> on_a_connection{{{"seq", seq},
                                                                {"pipe", pipe},
                                                                {"pipe_1sync", pipe_1sync},
                                                                {"rows_buf", rows_buf},
                                                                {"rows_typed", rows_typed},
                                                                {"rows_stream", rows_stream},
                                                                {"memory_over_rows", floor::memory_over_rows},
                                                                {"copyin", copyin},
                                                                {"copyout", copyout},
                                                                {"copyout_dec", copyout_dec},
                                                                {"insert", insert}}};
constexpr std::array<workload<const arguments>, 4> on_several{
    {{"pool", pool}, {"connect", connect}, {"connect_cached", connect_cached}, {"notify", notify}}};

struct prepared_connection : connection {
    explicit prepared_connection(const arguments& to) : connection{to} { prepare_point_select(); }
};

}  // namespace
}  // namespace bench::floor

int main(int argc, char** argv) {
    using namespace bench;
    return run_peer("floor", argc, argv, [](const arguments& given) {
        return run_workload(floor::on_several, floor::on_a_connection, given.workload, given,
                            [&] { return floor::prepared_connection{given}; });
    });
}
