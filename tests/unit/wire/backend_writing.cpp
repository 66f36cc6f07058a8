#include "howdah/wire/backend_writing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "howdah/wire/frame.hpp"

namespace howdah::wire {
namespace {

using namespace std::string_view_literals;

// Written, its header cut off, and read by who reads servers.
template <class M, class... More>
M read_back(const M& m, char tag, bytes& kept, const More&... more) {
    serialize(m, more..., kept);
    const auto header = frame_header::load(kept.data());
    EXPECT_EQ(header.tag, tag);
    EXPECT_EQ(header.frame_size(), kept.size());
    M out{};
    EXPECT_FALSE(parse(bytes_view{kept}.subspan(frame_header::size), out));
    return out;
}

TEST(backend_writing, startup_messages_are_read_back) {
    bytes a, b, c, d, e;
    const authentication asked{.what = authentication::kind::md5_password, .payload = as_bytes("salt")};
    EXPECT_EQ(as_text(read_back(asked, tag::authentication, a).payload), "salt");
    const backend_key_data key{.process_id = 7, .cancel_key = as_bytes("abcd")};
    EXPECT_EQ(as_text(read_back(key, tag::backend_key_data, b).cancel_key), "abcd");
    const parameter_status said{.name = "TimeZone", .value = "UTC"};
    EXPECT_EQ(read_back(said, tag::parameter_status, c).value, "UTC");
    const ready_for_query ready{.status = transaction_status::failed};
    EXPECT_EQ(read_back(ready, tag::ready_for_query, d).status, transaction_status::failed);
    const negotiate_protocol_version version{.newest = 2, .unknown_options = {"_pq_.x"}};
    EXPECT_EQ(read_back(version, tag::negotiate_protocol_version, e).unknown_options, version.unknown_options);
}

TEST(backend_writing, mechanisms_are_read_back) {
    bytes out;
    const std::array names{"SCRAM-SHA-256-PLUS"sv, "SCRAM-SHA-256"sv};
    serialize_sasl(names, out);
    authentication asked{};
    ASSERT_FALSE(parse(bytes_view{out}.subspan(frame_header::size), asked));
    EXPECT_EQ(asked.what, authentication::kind::sasl);
    std::vector<std::string_view> read;
    ASSERT_FALSE(parse(asked.payload, read));
    EXPECT_EQ(read, (std::vector(names.begin(), names.end())));
}

TEST(backend_writing, every_field_of_an_error_is_read_back) {
    auto m = message_of("ERROR", sqlstate{"23505"}, "");
    std::string server_message::* const texts[] = {
        &server_message::message,       &server_message::detail, &server_message::hint,   &server_message::where,
        &server_message::schema,        &server_message::table,  &server_message::column, &server_message::data_type,
        &server_message::constraint,    &server_message::file,   &server_message::line,   &server_message::routine,
        &server_message::internal_query};
    char letter = 'a';
    for (const auto text : texts) m.*text = std::string(3, letter++);
    m.position = 12;
    m.internal_position = 34;
    bytes out;
    serialize_error(m, out);
    EXPECT_EQ(static_cast<char>(out[0]), tag::error_response);
    server_message back;
    ASSERT_FALSE(parse(bytes_view{out}.subspan(frame_header::size), back));
    EXPECT_EQ(back.severity, "ERROR");
    EXPECT_EQ(back.code, m.code);
    for (const auto text : texts) EXPECT_EQ(back.*text, m.*text);
    EXPECT_EQ(back.position, 12u);
    EXPECT_EQ(back.internal_position, 34u);
}

TEST(backend_writing, descriptions_and_ends_are_read_back) {
    bytes a, b, c, d, e;
    const parameter_description types{.types = {oid{23}, oid{25}}};
    EXPECT_EQ(read_back(types, tag::parameter_description, a).types, types.types);
    const row_description row{.fields = {{.name = "n",
                                          .table = 16384,
                                          .attribute = -1,
                                          .type = oid{1700},
                                          .type_size = -1,
                                          .type_modifier = 655366,
                                          .format = format::binary}}};
    const auto field = read_back(row, tag::row_description, b).fields.at(0);
    EXPECT_EQ(field.name, "n");
    EXPECT_EQ(field.table, 16384u);
    EXPECT_EQ(field.attribute, -1);
    EXPECT_EQ(field.type, oid{1700});
    EXPECT_EQ(field.type_size, -1);
    EXPECT_EQ(field.type_modifier, 655366);
    EXPECT_EQ(field.format, format::binary);
    const copy_response copying{.format = format::binary, .columns = {format::binary, format::binary}};
    EXPECT_EQ(read_back(copying, tag::copy_out_response, c, tag::copy_out_response).columns, copying.columns);
    EXPECT_EQ(read_back(command_complete{.command_tag = "SELECT 3"}, tag::command_complete, d).rows(), 3u);
    const notification told{.process_id = 9, .channel = "c", .payload = "p"};
    EXPECT_EQ(read_back(told, tag::notification_response, e).payload, "p");
}

TEST(backend_writing, a_row_tells_null_from_empty) {
    bytes out;
    const std::array<std::optional<bytes_view>, 3> fields{as_bytes("x"sv), std::nullopt, bytes_view{}};
    serialize_row(fields, out);
    EXPECT_EQ(as_text(out), "D\0\0\0\x13\0\3\0\0\0\1x\xff\xff\xff\xff\0\0\0\0"sv);
    out.clear();
    serialize_empty(tag::bind_complete, out);
    EXPECT_EQ(as_text(out), "2\0\0\0\4"sv);
}

}  // namespace
}  // namespace howdah::wire
