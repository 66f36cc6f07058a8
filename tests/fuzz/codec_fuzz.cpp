// Every codec against any bytes: byte 0 picks the C++ type, byte 1 the column's type and format, the rest is the value.
// What is read must be writable again, and read back as what it was.

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "howdah/types/builtin_types.hpp"
#include "howdah/types/types.hpp"

namespace {

struct pair_of_columns {
    std::optional<std::int32_t> number;
    std::optional<std::string> text;
};

enum class mood { sad, happy };

}  // namespace

template <>
struct howdah::enum_labels<mood> {
    static constexpr enum_label<mood> values[] = {{mood::sad, "sad"}, {mood::happy, "happy"}};
};

namespace {

using namespace howdah;

void require(bool holds) {
    if (!holds) std::abort();
}

/// Its bytes, so that floats compare with themselves whatever they hold.
template <class T>
std::optional<bytes> text_of(const T& value) {
    bytes out;
    if (encode_text(value, out)) return std::nullopt;
    return out;
}

/// These two have a text form of their own, which is only read.
bool is_only_read(oid type) { return type == oids::int2vector || type == oids::oidvector; }

/// Text that was written is read as what writes the same text.
template <class T>
void expect_text_round_trip(const T& value, oid type) {
    if (is_only_read(type) || is_only_read(element_of(type))) return;
    const auto text = text_of(value);
    if (!text) return;
    T again{};
    if (decode(field{.data = *text, .type = type, .format = format::text}, again)) return;
    require(text_of(again) == text);
}

template <class T>
void expect_binary_round_trip(const T& value, oid type) {
    bytes binary;
    if (encode_binary(value, type, binary)) return;
    T again{};
    require(!decode(field{.data = binary, .type = type, .format = format::binary}, again));
    bytes twice;
    require(!encode_binary(again, type, twice));
    require(twice == binary);
}

template <class T>
void run(const field& in) {
    T value{};
    if (decode(in, value)) return;
    if (is_null(value)) return;
    expect_text_round_trip(value, in.type);
    if (parameter_format(value, in.type) == format::binary) expect_binary_round_trip(value, in.type);
}

using runner = void (*)(const field&);
constexpr runner runners[] = {
    run<bool>,
    run<std::int16_t>,
    run<std::int32_t>,
    run<std::int64_t>,
    run<std::uint64_t>,
    run<float>,
    run<double>,
    run<char>,
    run<std::string>,
    run<bytes>,
    run<decimal>,
    run<date>,
    run<timestamp>,
    run<timestamptz>,
    run<time_of_day>,
    run<time_with_zone>,
    run<interval>,
    run<std::chrono::sys_days>,
    run<std::chrono::year_month_day>,
    run<std::chrono::sys_time<std::chrono::microseconds>>,
    run<std::chrono::system_clock::time_point>,
    run<uuid>,
    run<json>,
    run<oid>,
    run<xid8>,
    run<lsn>,
    run<mood>,
    run<pair_of_columns>,
    run<std::vector<std::optional<std::int32_t>>>,
    run<std::vector<std::string>>,
    run<std::array<double, 2>>,
    run<array<std::optional<decimal>>>,
    run<std::vector<std::optional<pair_of_columns>>>,
    run<range<std::int32_t>>,
    run<std::vector<range<timestamp>>>,
    run<value>,
    run<inet>,
    run<cidr>,
    run<macaddr>,
    run<macaddr8>,
    run<bit_string>,
    run<money>,
    run<tid>,
    run<jsonpath>,
    run<std::vector<box>>,
    run<line>,
    run<lseg>,
    run<circle>,
    run<path>,
    run<polygon>,
    run<tsvector>,
    run<tsquery>,
    run<multirange<std::int32_t>>,
    run<multirange<decimal>>,
    run<hstore>,
    run<ltree>,
    run<dense_vector>,
    run<half_vector>,
    run<sparse_vector>,
    run<std::chrono::sys_seconds>,
    run<std::chrono::milliseconds>,
};

/// Of this the second byte picks: any type of PostgreSQL, one made in the database, or none.
oid type_of(std::uint8_t choice) {
    constexpr std::size_t known = std::size(types::builtin_types);
    if (choice < known && choice < 0xFE) return types::builtin_types[choice].type;
    return choice == 0xFF ? oid{} : oid{16'384};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const auto codec_choice = data[0] & 0x7F;
    const bytes_view rest{reinterpret_cast<const std::byte*>(data) + 2, size - 2};
    runners[static_cast<std::size_t>(codec_choice) % std::size(runners)](
        field{.data = rest, .type = type_of(data[1]), .format = (data[0] & 0x80) != 0 ? format::text : format::binary});
    return 0;
}
