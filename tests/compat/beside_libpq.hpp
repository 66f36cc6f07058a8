#pragma once
// parse_conninfo beside libpq's own parser, the installed one and 18's. The rules are those of libpq 18, and a case
// says from which version on libpq agrees.

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <span>
#include <string>

#include "howdah/base/error.hpp"
#include "howdah/config/conninfo.hpp"
#include "howdah/config/detail/keyword.hpp"
#include "tests/compat/libpq.hpp"

namespace howdah {

inline constexpr auto kinds = std::to_array({libpq_kind::installed, libpq_kind::version_18});

class beside_libpq : public testing::TestWithParam<libpq_kind> {
protected:
    void SetUp() override {
        if (found_.library == nullptr) GTEST_SKIP() << found_.reason;
    }
    const libpq& oracle() const { return *found_.library; }
    void compare(std::span<const struct sample> samples) const;

private:
    const libpq_found& found_ = find_libpq(GetParam());
};

inline std::string name_of(const testing::TestParamInfo<libpq_kind>& kind) {
    return kind.param == libpq_kind::installed ? "installed" : "version_18";
}

inline keyword_values values_of(const conninfo& info) {
    keyword_values out;
    for (const auto& keyword : config::keywords())
        if (const auto value = info.value(keyword.name)) out.emplace(keyword.name, *value);
    return out;
}

inline std::optional<keyword_values> ours(const std::string& text) {
    try {
        return values_of(read_conninfo(text));
    } catch (const error&) {
        return std::nullopt;
    }
}

inline constexpr int any_version = 0;

struct sample {
    const char* text;
    int since = any_version;  // libpq's first version that reads it as 18 does
};

inline void beside_libpq::compare(std::span<const sample> samples) const {
    for (const auto& [text, since] : samples) {
        if (oracle().version() < since) continue;
        EXPECT_EQ(ours(text), oracle().parse(text)) << text;
    }
}

}  // namespace howdah
