#include "howdah/wire/base64.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <utility>

namespace howdah::wire {
namespace {

// RFC 4648, section 10.
TEST(base64, rfc_4648_vectors_go_both_ways) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> vectors{{{"", ""},
                                                                                    {"f", "Zg=="},
                                                                                    {"fo", "Zm8="},
                                                                                    {"foo", "Zm9v"},
                                                                                    {"foob", "Zm9vYg=="},
                                                                                    {"fooba", "Zm9vYmE="},
                                                                                    {"foobar", "Zm9vYmFy"}}};
    for (const auto& [plain, encoded] : vectors) {
        EXPECT_EQ(encode_base64(as_bytes(plain)), encoded);
        const auto decoded = decode_base64(encoded);
        ASSERT_TRUE(decoded) << encoded;
        EXPECT_EQ(as_text(*decoded), plain);
    }
}

}  // namespace
}  // namespace howdah::wire
