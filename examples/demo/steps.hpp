#pragma once

#include <boost/asio/io_context.hpp>
#include <string>

#include "examples/demo/packages.hpp"
#include "howdah/howdah.hpp"

namespace demo {

/// What every step has: the input, and a connection of each driver to the same server.
class stage {
public:
    stage(const std::string& conninfo, package_index packages);
    stage(const stage&) = delete;
    stage& operator=(const stage&) = delete;

    /// Runs a coroutine to its end; throws what it throws.
    void run(howdah::awaitable<void> work);

    package_index index;
    howdah::blocking::connection blocking;
    boost::asio::io_context io{1};
    howdah::connection async;

private:
    howdah::connection connect(const std::string& conninfo);
};

// One file each, of the same name. They print, and throw if anything is not as it should be.
void load(stage& s);
void typed_rows(stage& s);
void returning(stage& s);
void array_and_json(stage& s);
void rollback(stage& s);
void concurrent(stage& s);
void timeout(stage& s);
void bad_query(stage& s);

}  // namespace demo
