#pragma once

#include <cstdlib>

#include "howdah/testing/pgbouncer.hpp"
#include "howdah/testing/server.hpp"
#include "tests/integration/driver.hpp"

namespace howdah::test {

/// Tests of one driver on Debian 13's PostgreSQL 17, which has pgvector; skipped where that was not unpacked.
template <class D>
class on_trixie : public ::testing::Test {
protected:
    static std::string folder() {
        const char* path = std::getenv("HOWDAH_TRIXIE");
        return path != nullptr ? path : "";
    }
    /// One for the process.
    static testing::server& server() {
        static testing::server postgres{{.tls = true, .programs = folder() + "/usr/lib/postgresql/17/bin"}};
        return postgres;
    }
    static std::string newer_pgbouncer() { return folder() + "/usr/sbin/pgbouncer"; }

    void SetUp() override {
        if (folder().empty())
            GTEST_SKIP() << "HOWDAH_TRIXIE is not set: `./dev test --matrix` unpacks what this needs and sets it";
    }
    template <class A>
    auto call(A&& answer) {
        return driver.call(std::forward<A>(answer));
    }

    D driver;
};

}  // namespace howdah::test
