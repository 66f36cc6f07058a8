#include "howdah/sim/canonical_value.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "howdah/types/binary_form.hpp"
#include "howdah/types/oids.hpp"

namespace howdah::sim {
namespace {

using kind = canonical_value::kind;

field text_field(std::string_view text, oid type) {
    return {.data = as_bytes(text), .type = type, .format = format::text};
}

TEST(canonical_value, both_formats_of_a_parameter_are_one_value) {
    for (const auto& [type, spelling, canonical] : std::vector<std::tuple<oid, std::string, std::string>>{
             {oids::int4, "07", "7"},
             {oids::int8, "-0007", "-7"},
             {oids::bool_, "true", "t"},
             {oids::numeric, "1.50", "1.50"},
             {oids::float8, "1e3", "1000"},
             {oids::uuid, "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
             {oids::timestamptz, "2026-11-26 15:00:00+01", "2026-11-26 14:00:00+00"},
             {oids::bytea, "\\xDEADbeef", "\\xdeadbeef"},
             {oids::int4_array, "{1, 2,NULL}", "{1,2,NULL}"},
             {oids::text, " a ", " a "},
             {oids::jsonb, "{\"a\": 1}", "{\"a\": 1}"}}) {
        const auto in = text_field(spelling, type);
        EXPECT_EQ(canonical_parameter(in), (canonical_value{kind::text, canonical}));
        bytes binary;
        ASSERT_FALSE(to_binary(in, binary)) << spelling;
        EXPECT_EQ(canonical_parameter({.data = binary, .type = type, .format = format::binary}),
                  (canonical_value{kind::text, canonical}));
        bytes again;
        ASSERT_FALSE(append_value({kind::text, canonical}, type, format::binary, again));
        EXPECT_EQ(as_text(again), as_text(binary)) << spelling;
    }
}

TEST(canonical_value, parameter_of_unknown_type_is_what_was_sent) {
    EXPECT_EQ(canonical_parameter(text_field("07", {})), (canonical_value{kind::text, "07"}));
    EXPECT_EQ(canonical_parameter(text_field("not a number", oids::int4)),
              (canonical_value{kind::text, "not a number"}));
    EXPECT_EQ(canonical_parameter({.data = {}, .is_null = true}), canonical_value{});
}

TEST(canonical_value, what_has_no_text_that_gives_it_back_stays_binary) {
    const std::string bits{"\x7f\xf8\x00\x00\x00\x00\x00\x01", 8};  // a NaN with a payload
    EXPECT_EQ(canonical_column({.data = as_bytes(bits), .type = oids::float8, .format = format::binary}),
              (canonical_value{kind::binary, bits}));
    const std::string made{"\x01\x02\x03", 3};
    const canonical_value unknown{kind::binary, made};
    EXPECT_EQ(canonical_column({.data = as_bytes(made), .type = oid{99'999}, .format = format::binary}), unknown);
    bytes out;
    EXPECT_FALSE(append_value(unknown, oid{99'999}, format::binary, out));
    EXPECT_EQ(as_text(out), made);
    EXPECT_TRUE(append_value(unknown, oid{99'999}, format::text, out));
    EXPECT_TRUE(append_value({kind::text, "x"}, oid{99'999}, format::binary, out));
    EXPECT_TRUE(append_value({}, oids::int4, format::text, out)) << "NULL has no bytes";
}

TEST(canonical_value, column_in_text_is_kept_to_the_byte) {
    for (const auto* text : {"2026-11-26 15:00:00+01", "07", "\xe4 is no UTF-8"})
        EXPECT_EQ(canonical_column(text_field(text, oids::timestamptz)), (canonical_value{kind::text, text}));
}

TEST(canonical_value, is_shown_without_steering_anything) {
    EXPECT_EQ(shown({}), "NULL");
    EXPECT_EQ(shown({kind::text, "a\nb\x1b"}), "'a\ufffd"
                                               "b\ufffd'");
    EXPECT_EQ(shown({kind::binary, "\x01\xff"}), "\\x01ff");
    EXPECT_EQ(shown({kind::masked, "0123456789abcdef"}), "masked 0123456789abcdef");
    EXPECT_LT(shown({kind::text, std::string(1'000'000, 'x')}).size(), 100u);
}

}  // namespace
}  // namespace howdah::sim
