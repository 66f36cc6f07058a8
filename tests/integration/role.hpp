#pragma once

#include <unistd.h>
#include <atomic>
#include <string>

#include "driver.hpp"

namespace howdah::test {

/// A role of the run's server with a password, dropped with this object. Any thread may change the password.
class role {
public:
    explicit role(const std::string& password, const std::string& superuser = testing::shared_server().superuser_dsn)
        : name_{"role_" + std::to_string(::getpid()) + '_' + std::to_string(++made)}, superuser_{superuser} {
        run("create role " + name_ + " login password '" + password + "'");
    }
    role(const role&) = delete;
    role& operator=(const role&) = delete;
    ~role() {
        try {
            run("drop role " + name_);
        } catch (const error& e) {
            ADD_FAILURE() << e.what();
        }
    }

    const std::string& name() const noexcept { return name_; }
    void set_password(const std::string& password) { run("alter role " + name_ + " password '" + password + "'"); }

    /// To connect as it, without any password.
    connection_config config(testing::route by = testing::route::best) const {
        auto out = parse_conninfo(dsn(by));
        out.username = name_;
        out.password = {};
        return out;
    }

private:
    void run(const std::string& statement) const {
        blocking::connection{parse_conninfo(superuser_)}.execute(unsafe_sql{statement});
    }

    static inline std::atomic<int> made{0};
    std::string name_, superuser_;
};

}  // namespace howdah::test
