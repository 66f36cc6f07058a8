#include "howdah/testing/descriptor.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace howdah::testing {
namespace {

TEST(nameless_file, is_read_from_its_beginning_while_another_writes_on) {
    const auto file = nameless_file();
    write_all(file, std::string(20'000, 'a'));
    ASSERT_EQ(::lseek(file.number(), 5, SEEK_SET), 5);
    EXPECT_EQ(read_all(file), std::string(20'000, 'a'));
    EXPECT_EQ(::lseek(file.number(), 0, SEEK_CUR), 5) << "a child's next line would stand elsewhere";
    EXPECT_EQ(read_all(nameless_file()), "");
}

}  // namespace
}  // namespace howdah::testing
