#include "howdah/testing/shared_server.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "howdah/testing/failure.hpp"
#include "howdah/testing/server.hpp"

namespace howdah::testing {
namespace {

server_address read_address(const std::string& path) {
    std::ifstream file{path};
    if (!file)
        fail("HOWDAH_TEST_SERVER names " + path +
             ", which can't be read: unset it, or start a sandbox with "
             "`howdah sandbox start --tls --json > " +
             path + "`");
    return server_address::from_json(std::string{std::istreambuf_iterator<char>{file}, {}});
}

}  // namespace

const server_address& shared_server() {
    if (const char* path = std::getenv("HOWDAH_TEST_SERVER"); path != nullptr && *path != '\0') {
        static const server_address given = read_address(path);
        return given;
    }
    static const server own{{.tls = true}};
    static const server_address address = own.address();
    return address;
}

}  // namespace howdah::testing
