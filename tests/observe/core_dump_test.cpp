// What a core dump of a process would have of a password, while the process uses it and when it is done.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "howdah/testing/descriptor.hpp"
#include "howdah/testing/polling.hpp"
#include "howdah/testing/process.hpp"
#include "tests/integration/role.hpp"
#include "tests/observe/spellings.hpp"

namespace howdah::test {
namespace {

using ::testing::Not;
using namespace std::chrono_literals;

/// All that a process can write to, in lower case.
std::string memory_of(pid_t id) {
    std::string out;
    std::ifstream maps{"/proc/" + std::to_string(id) + "/maps"};
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t from = 0, to = 0;
        char dash = 0, reads = 0, writes = 0;
        std::istringstream in{line};
        in >> std::hex >> from >> dash >> to >> reads >> writes;
        if (reads != 'r' || writes != 'w') continue;
        std::string part(to - from, '\0');
        iovec local{.iov_base = part.data(), .iov_len = part.size()};
        iovec remote{.iov_base = reinterpret_cast<void*>(from), .iov_len = part.size()};
        const auto n = ::process_vm_readv(id, &local, 1, &remote, 1, 0);
        part.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        out += lower(part);
    }
    return out;
}

std::string found_in(const std::string& memory, const std::string& password) {
    std::string out;
    for (const auto& spelling : spellings(password))
        if (memory.find(spelling) != std::string::npos) out += spelling + '\n';
    return out;
}

class program {
public:
    explicit program(const char* driver) {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
        const testing::descriptor its_input{ends[0]};
        input_ = testing::descriptor{ends[1]};
        process_ = testing::process{{.arguments = {USED_PASSWORD, driver},
                                     .input = its_input.number(),
                                     .output = said_.number(),
                                     .errors = said_.number()}};
    }
    void tell(const std::string& line) const { testing::write_all(input_, line + '\n'); }
    bool says(const std::string& word) {
        return testing::poll_until(
                   testing::from_now(30s),
                   [&] { return said().find(word + '\n') != std::string::npos || !process_.running(); }) &&
               process_.running();
    }
    std::string said() const { return testing::read_all(said_); }
    std::string memory() const { return memory_of(process_.id()); }
    int end() {
        EXPECT_TRUE(process_.wait(testing::from_now(30s)));
        return process_.exit_status();
    }

private:
    testing::descriptor input_, said_ = testing::nameless_file();
    testing::process process_;
};

TEST(core_dump, has_no_password_in_any_spelling_once_it_is_not_used_any_more) {
    const std::string password = "pw:Zebra+quagga/77?okapi&tapir";
    const role someone{password};
    const auto config = someone.config();
    const auto dsn = "host=" + config.hosts[0].host + " port=" + std::to_string(config.hosts[0].port) +
                     " dbname=" + config.database + " user=" + someone.name() + " password='" + password + "'";
    for (const auto* driver : {"blocking", "async"}) {
        program p{driver};
        p.tell(dsn);
        ASSERT_TRUE(p.says("connected")) << p.said();
        EXPECT_NE(found_in(p.memory(), password), "") << driver << " keeps it for reconnect(), or nothing is looked at";
        p.tell("go on");
        ASSERT_TRUE(p.says("done")) << p.said();
        EXPECT_EQ(found_in(p.memory(), password), "") << driver;
        EXPECT_EQ(found_in(lower(p.said()), password), "") << driver;
        p.tell("go on");
        EXPECT_EQ(p.end(), 0) << p.said();
    }
}

}  // namespace
}  // namespace howdah::test
