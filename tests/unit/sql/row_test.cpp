#include "howdah/sql/row.hpp"

#include <gtest/gtest.h>

#include "howdah/sql/described_row.hpp"
#include "howdah/types/types.hpp"
#include "tests/unit/sql/rows.hpp"

namespace howdah {

struct plain_user {
    int id;
    std::optional<std::string> name;
};
struct named_user {
    std::string name;
    int id;
};
BOOST_DESCRIBE_STRUCT(named_user, (), (name, id))

namespace {

using namespace rows;

template <class T>
struct decoded {
    std::error_code failed;
    T value{};
    std::size_t column = 0;
};

template <class T>
decoded<T> decode_row(const bytes& row, const column_list& described = id_and_name()) {
    row_decoder<T> decoder;
    decoded<T> out;
    EXPECT_FALSE(decoder.describe(*described));
    out.failed = decoder.decode(row, out.value, out.column);
    return out;
}

template <class T>
std::error_code described(const column_list& columns) {
    row_decoder<T> decoder;
    const auto failed = decoder.describe(*columns);
    return failed ? failed->code() : std::error_code{};
}

TEST(row_decoder, struct_takes_columns_by_position) {
    const auto u = decode_row<plain_user>(body({"7", "Ada"}));
    ASSERT_FALSE(u.failed);
    EXPECT_EQ(u.value.id, 7);
    EXPECT_EQ(u.value.name, "Ada");
}

TEST(row_decoder, described_struct_takes_columns_by_name) {
    const auto u = decode_row<named_user>(body({"7", "Ada"}));
    ASSERT_FALSE(u.failed);
    EXPECT_EQ(u.value.id, 7);
    EXPECT_EQ(u.value.name, "Ada");
}

TEST(row_decoder, tuple_pair_and_scalar_are_rows_too) {
    EXPECT_EQ((decode_row<std::tuple<int, std::string>>(body({"7", "Ada"})).value),
              (std::tuple{7, std::string{"Ada"}}));
    EXPECT_EQ((decode_row<std::pair<int, std::string>>(body({"7", "Ada"})).value.second), "Ada");
    EXPECT_EQ(decode_row<std::int64_t>(body({"7"}), columns({text_column("n", oids::int8)})).value, 7);
}

TEST(row_decoder, null_needs_an_optional) {
    EXPECT_EQ(decode_row<plain_user>(body({"7", std::nullopt})).value.name, std::nullopt);
    const auto u = decode_row<plain_user>(body({std::nullopt, "Ada"}));
    EXPECT_EQ(u.failed, errc::unexpected_null);
    EXPECT_EQ(u.column, 0u);
    EXPECT_EQ(decode_row<std::optional<int>>(body({std::nullopt}), columns({text_column("n", oids::int4)})).value,
              std::nullopt);
}

TEST(row_decoder, other_number_of_columns_is_refused_before_any_row) {
    EXPECT_EQ(described<plain_user>(columns({text_column("id", oids::int4)})), errc::column_count_mismatch);
    EXPECT_EQ(described<int>(id_and_name()), errc::column_count_mismatch);
    EXPECT_EQ(described<plain_user>(columns({})), errc::column_count_mismatch);
    EXPECT_FALSE(described<plain_user>(id_and_name()));
}

TEST(row_decoder, column_or_member_without_a_counterpart_is_refused) {
    EXPECT_EQ(described<named_user>(columns({text_column("id", oids::int4), text_column("email", oids::text)})),
              errc::column_not_found);
    EXPECT_EQ(described<named_user>(columns(
                  {text_column("id", oids::int4), text_column("name", oids::text), text_column("email", oids::text)})),
              errc::column_not_found);
    EXPECT_EQ(described<named_user>(columns(
                  {text_column("id", oids::int4), text_column("name", oids::text), text_column("id", oids::int4)})),
              errc::column_count_mismatch);
}

TEST(row_decoder, row_that_is_not_as_described_is_a_violation) {
    for (const auto& row : {body({"1"}), body({"1", "a", "b"}), bytes{}, with_name_length(-2), with_name_length(2),
                            with_name_length(4), with_name_length(0x7fffffff)}) {
        EXPECT_EQ(decode_row<plain_user>(row).failed, errc::protocol_violation);
        EXPECT_EQ(decode_row<named_user>(row).failed, errc::protocol_violation);
        EXPECT_EQ((decode_row<std::tuple<int, std::string>>(row).failed), errc::protocol_violation);
    }
}

TEST(row_decoder, row_cut_at_every_byte_is_a_violation) {
    const auto whole = body({"1", "Ada"});
    for (std::size_t n = 0; n < whole.size(); ++n)
        EXPECT_TRUE(decode_row<plain_user>(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n))).failed)
            << n;
}

struct measured {
    std::int32_t id;
    double value;
    std::optional<std::string> unit;
    std::optional<std::int16_t> sign;
};

// Each column is of its member's own type and in binary, so that the row is read where it lies.
column_list of_measured() {
    auto all = *columns({text_column("id", oids::int4), text_column("value", oids::float8),
                         text_column("unit", oids::text), text_column("sign", oids::int2)});
    for (auto& c : all) c.format = format::binary;
    return columns(std::move(all));
}
fields values_of_measured() {
    return {std::string{"\0\0\0\7", 4}, std::string{"\xc0\4\0\0\0\0\0\0", 8}, "bar", std::string{"\xff\xff", 2}};
}

TEST(row_decoder, row_of_its_columns_own_types_is_read_where_it_lies) {
    const auto m = decode_row<measured>(body(values_of_measured()), of_measured());
    ASSERT_FALSE(m.failed);
    EXPECT_EQ(m.value.id, 7);
    EXPECT_EQ(m.value.value, -2.5);
    EXPECT_EQ(m.value.unit, "bar");
    EXPECT_EQ(m.value.sign, -1);
}

TEST(row_decoder, member_with_room_for_null_is_reset_where_the_row_lies) {
    auto values = values_of_measured();
    values[2] = values[3] = std::nullopt;
    row_decoder<measured> decoder;
    const auto described = of_measured();
    ASSERT_FALSE(decoder.describe(*described));
    measured m{.id = 0, .value = 0, .unit = "before", .sign = 9};
    std::size_t column = 0;
    ASSERT_FALSE(decoder.decode(body(values), m, column));
    EXPECT_FALSE(m.unit || m.sign);
}

TEST(row_decoder, what_can_not_be_read_where_it_lies_is_named_as_ever) {
    auto values = values_of_measured();
    values[1] = std::nullopt;
    const auto null = decode_row<measured>(body(values), of_measured());
    EXPECT_EQ(null.failed, errc::unexpected_null);
    EXPECT_EQ(null.column, 1u);
    values = values_of_measured();
    values[3] = "three";
    const auto wide = decode_row<measured>(body(values), of_measured());
    EXPECT_EQ(wide.failed, errc::trailing_bytes);
    EXPECT_EQ(wide.column, 3u);
    const auto whole = body(values_of_measured());
    for (std::size_t n = 0; n < whole.size(); ++n)
        EXPECT_EQ(
            decode_row<measured>(bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n)), of_measured())
                .failed,
            errc::protocol_violation)
            << n;
    auto longer = whole;
    longer.push_back(std::byte{0});
    EXPECT_EQ(decode_row<measured>(longer, of_measured()).failed, errc::protocol_violation);
}

TEST(row_decoder, error_of_a_value_names_the_column_and_not_the_value) {
    row_decoder<plain_user> decoder;
    const auto cols = id_and_name();
    ASSERT_FALSE(decoder.describe(*cols));
    plain_user out{};
    std::size_t column = 9;
    const auto failed = decoder.decode(body({"s3cret", "Ada"}), out, column);
    ASSERT_TRUE(failed);
    ASSERT_EQ(column, 0u);
    const auto e = decoder.value_error(failed, column);
    EXPECT_NE(std::string_view{e.what()}.find("\"id\""), std::string_view::npos) << e.what();
    EXPECT_EQ(std::string_view{e.what()}.find("s3cret"), std::string_view::npos) << e.what();
}

}  // namespace
}  // namespace howdah
