#include "howdah/types/text_form.hpp"

#include "howdah/base/errc.hpp"
#include "howdah/types/array_form.hpp"
#include "howdah/types/bit_string.hpp"
#include "howdah/types/boolean.hpp"
#include "howdah/types/builtin_types.hpp"
#include "howdah/types/bytea.hpp"
#include "howdah/types/datetime.hpp"
#include "howdah/types/floats.hpp"
#include "howdah/types/geometry.hpp"
#include "howdah/types/identifiers.hpp"
#include "howdah/types/interval.hpp"
#include "howdah/types/json.hpp"
#include "howdah/types/jsonpath.hpp"
#include "howdah/types/macaddr.hpp"
#include "howdah/types/multirange.hpp"
#include "howdah/types/network.hpp"
#include "howdah/types/numeric.hpp"
#include "howdah/types/text.hpp"
#include "howdah/types/tid.hpp"
#include "howdah/types/tsquery.hpp"
#include "howdah/types/tsvector.hpp"
#include "howdah/types/uuid.hpp"

namespace howdah {
namespace {

using converter = std::error_code (*)(const field& in, bytes& out);

template <class T>
std::error_code convert(const field& in, bytes& out) {
    T value{};
    if (auto failed = decode(in, value)) return failed;
    return encode_text(value, out);
}

std::error_code convert_char(const field& in, bytes& out) {
    char value = 0;
    if (auto failed = decode(in, value)) return failed;
    if (value != '\0') append(out, std::string_view{&value, 1});
    return {};
}

converter range_converter_of(oid type) noexcept {
    switch (type) {
        case oids::int4range: return convert<range<std::int32_t>>;
        case oids::int8range: return convert<range<std::int64_t>>;
        case oids::numrange: return convert<range<decimal>>;
        case oids::daterange: return convert<range<date>>;
        case oids::tsrange: return convert<range<timestamp>>;
        case oids::tstzrange: return convert<range<timestamptz>>;
        case oids::int4multirange: return convert<multirange<std::int32_t>>;
        case oids::int8multirange: return convert<multirange<std::int64_t>>;
        case oids::nummultirange: return convert<multirange<decimal>>;
        case oids::datemultirange: return convert<multirange<date>>;
        case oids::tsmultirange: return convert<multirange<timestamp>>;
        case oids::tstzmultirange: return convert<multirange<timestamptz>>;
        default: return nullptr;
    }
}

converter geometry_converter_of(oid type) noexcept {
    switch (type) {
        case oids::point: return convert<point>;
        case oids::line: return convert<line>;
        case oids::lseg: return convert<lseg>;
        case oids::box: return convert<box>;
        case oids::path: return convert<path>;
        case oids::polygon: return convert<polygon>;
        case oids::circle: return convert<circle>;
        default: return range_converter_of(type);
    }
}

/// nullptr if the binary form of `type` is not known, or `type` is an array.
converter converter_of(oid type) noexcept {
    switch (type) {
        case oids::bool_: return convert<bool>;
        case oids::char_: return convert_char;
        case oids::int2: return convert<std::int16_t>;
        case oids::int4: return convert<std::int32_t>;
        case oids::int8: return convert<std::int64_t>;
        case oids::float4: return convert<float>;
        case oids::float8: return convert<double>;
        case oids::numeric: return convert<decimal>;
        case oids::bytea: return convert<bytes_view>;
        case oids::uuid: return convert<uuid>;
        case oids::jsonb: return convert<json>;
        case oids::date: return convert<date>;
        case oids::time: return convert<time_of_day>;
        case oids::timetz: return convert<time_with_zone>;
        case oids::timestamp: return convert<timestamp>;
        case oids::timestamptz: return convert<timestamptz>;
        case oids::interval: return convert<interval>;
        case oids::oid: return convert<oid>;
        case oids::xid:
        case oids::cid: return convert<xid>;
        case oids::xid8: return convert<xid8>;
        case oids::pg_lsn: return convert<lsn>;
        case oids::tid: return convert<tid>;
        case oids::inet: return convert<inet>;
        case oids::cidr: return convert<cidr>;
        case oids::macaddr: return convert<macaddr>;
        case oids::macaddr8: return convert<macaddr8>;
        case oids::bit:
        case oids::varbit: return convert<bit_string>;
        case oids::jsonpath: return convert<jsonpath>;
        case oids::tsvector: return convert<tsvector>;
        case oids::tsquery: return convert<tsquery>;
        default: return types::is_text(type) ? convert<std::string_view> : geometry_converter_of(type);
    }
}

std::error_code convert_array(const field& in, bytes& out) {
    const auto element_type = element_of(in.type);
    const auto convert_element = converter_of(element_type);
    types::array_reader from;
    if (auto failed = from.open(in.data, element_type)) return failed;
    types::array_text_writer to{out, from.shape(), types::find_builtin(element_type)->delimiter};
    bytes text;
    for (field element; from.next(element);) {
        text.clear();
        if (element.is_null) {
            to.null();
            continue;
        }
        if (auto failed = convert_element(element, text)) return failed;
        to.element(as_text(text));
    }
    to.finish();
    return from.finish();
}

}  // namespace

bool has_known_binary_form(oid type) noexcept {
    // Their text is none of an array's.
    if (type == oids::int2vector || type == oids::oidvector) return false;
    return converter_of(type) != nullptr || converter_of(element_of(type)) != nullptr;
}

std::error_code to_text(const field& in, bytes& out) {
    if (in.format == format::text) {
        append(out, in.data);
        return {};
    }
    if (!has_known_binary_form(in.type)) return errc::type_mismatch;
    const auto convert_scalar = converter_of(in.type);
    return convert_scalar != nullptr ? convert_scalar(in, out) : convert_array(in, out);
}

std::error_code to_text(const field& in, std::string& out) {
    bytes text;
    const auto failed = to_text(in, text);
    out.assign(as_text(text));
    return failed;
}

}  // namespace howdah
