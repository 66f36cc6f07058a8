// howdah-pool-bench WORKLOAD CONNINFO [--driver async|blocking] [--threads N] [--times N]: one line of JSON;
// workloads.hpp says of what.

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "bench/pool/workloads.hpp"
#include "howdah/config/conninfo.hpp"

namespace {

int usage() {
    std::fputs(
        "howdah-pool-bench acquire|contended_rests|contended_works|threads|connect_alone|connect_shared CONNINFO "
        "[--driver async|blocking] [--threads N] [--times N]\n",
        stderr);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words{argv + 1, argv + argc};
    if (words.size() < 2 || words.size() % 2 != 0) return usage();
    std::string driver = "async";
    std::size_t threads = 1, times = 1;
    try {
        for (std::size_t i = 2; i < words.size(); i += 2) {
            if (words[i] == "--driver") driver = words[i + 1];
            else if (words[i] == "--threads") threads = std::stoul(words[i + 1]);
            else if (words[i] == "--times") times = std::stoul(words[i + 1]);
            else return usage();
        }
        if ((driver != "async" && driver != "blocking") || threads == 0) return usage();
        const bool async = driver == "async";
        const auto& workload = words[0];
        const auto config = howdah::parse_conninfo(words[1]);
        const bench::amounts n;
        if (workload == "acquire") (async ? bench::acquire_async : bench::acquire_blocking)(config, n);
        else if (workload == "contended_rests")
            (async ? bench::contended_async : bench::contended_blocking)(config, n, bench::task::rests);
        else if (workload == "contended_works")
            (async ? bench::contended_async : bench::contended_blocking)(config, n, bench::task::works);
        else if (workload == "threads") (async ? bench::threads_async : bench::threads_blocking)(config, n, threads);
        else if (workload == "connect_alone") bench::connect(config, times, bench::sharing::none);
        else if (workload == "connect_shared") bench::connect(config, times, bench::sharing::with_others);
        else return usage();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "howdah-pool-bench: %s\n", e.what());
        return 1;
    }
    return 0;
}
