#include "howdah/types/binary_form.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "howdah/types/array_form.hpp"
#include "howdah/types/builtin_types.hpp"
#include "howdah/types/composite_form.hpp"
#include "howdah/types/multirange_form.hpp"
#include "howdah/types/range_form.hpp"
#include "howdah/types/type_map.hpp"
#include "howdah/types/types.hpp"

namespace howdah {
namespace {

using to_binary_form = std::error_code (*)(const field& in, bytes& out);

template <class T>
std::error_code through(const field& in, bytes& out) {
    T value{};
    if (auto failed = decode(in, value)) return failed;
    return encode_binary(value, in.ref(), out);
}

class binary_forms {
public:
    binary_forms() {
        add<bool>(oids::bool_);
        add<std::int16_t>(oids::int2);
        add<std::int32_t>(oids::int4);
        add<std::int64_t>(oids::int8);
        add<float>(oids::float4);
        add<double>(oids::float8);
        add<decimal>(oids::numeric);
        for (const auto type : {oids::text, oids::varchar, oids::bpchar, oids::name, oids::xml, oids::refcursor})
            add<std::string>(type);
        add<char>(oids::char_);
        add<bytes>(oids::bytea);
        add<json>(oids::json);
        add<json>(oids::jsonb);
        add<jsonpath>(oids::jsonpath);
        add<uuid>(oids::uuid);
        add<money>(oids::money);
        add<bit_string>(oids::bit);
        add<bit_string>(oids::varbit);
        add_times();
        add_identifiers();
        add_networks();
        add_geometry();
        add_searches();
        add_ranges();
    }

    to_binary_form find(oid type) const noexcept {
        const auto found = by_type_.find(type);
        return found == by_type_.end() ? nullptr : found->second;
    }

private:
    template <class T>
    void add(oid type) {
        by_type_.emplace(type, through<T>);
        by_type_.emplace(array_of(type), through<array<std::optional<T>>>);
    }
    void add_times() {
        add<date>(oids::date);
        add<time_of_day>(oids::time);
        add<time_with_zone>(oids::timetz);
        add<timestamp>(oids::timestamp);
        add<timestamptz>(oids::timestamptz);
        add<interval>(oids::interval);
    }
    void add_identifiers() {
        for (const auto type : {oids::oid, oids::regclass, oids::regtype, oids::regproc, oids::regprocedure,
                                oids::regrole, oids::regnamespace, oids::regoper, oids::regoperator, oids::regconfig,
                                oids::regdictionary, oids::regcollation})
            add<oid>(type);
        add<xid>(oids::xid);
        add<xid>(oids::cid);
        add<xid8>(oids::xid8);
        add<lsn>(oids::pg_lsn);
        add<tid>(oids::tid);
        by_type_.emplace(oids::int2vector, through<array<std::int16_t>>);
        by_type_.emplace(oids::oidvector, through<array<oid>>);
    }
    void add_networks() {
        add<inet>(oids::inet);
        add<cidr>(oids::cidr);
        add<macaddr>(oids::macaddr);
        add<macaddr8>(oids::macaddr8);
    }
    void add_geometry() {
        add<point>(oids::point);
        add<line>(oids::line);
        add<lseg>(oids::lseg);
        add<box>(oids::box);
        add<path>(oids::path);
        add<polygon>(oids::polygon);
        add<circle>(oids::circle);
    }
    void add_searches() {
        add<tsvector>(oids::tsvector);
        add<tsquery>(oids::tsquery);
    }
    void add_ranges() {
        add_range<std::int32_t>(oids::int4range);
        add_range<std::int64_t>(oids::int8range);
        add_range<decimal>(oids::numrange);
        add_range<date>(oids::daterange);
        add_range<timestamp>(oids::tsrange);
        add_range<timestamptz>(oids::tstzrange);
    }
    template <class T>
    void add_range(oid type) {
        add<range<T>>(type);
        add<multirange<T>>(multirange_of(type));
    }

    std::unordered_map<oid, to_binary_form> by_type_;
};

std::error_code array_through(const field& in, bytes& out) {
    types::array_reader from;
    const auto element_type = in.ref().element();
    if (auto failed = from.open(in.data, element_type)) return failed;
    types::array_writer to{out, from.shape(), element_type};
    for (field element; from.next(element);) {
        if (element.is_null) {
            to.null();
            continue;
        }
        to.begin_element();
        if (auto failed = to_binary(element, out)) return failed;
        if (auto failed = to.end_element()) return failed;
    }
    return from.finish();
}

std::error_code composite_through(const field& in, const type_description& type, bytes& out) {
    types::composite_reader from;
    if (auto failed = from.open(in, type.attributes.size())) return failed;
    types::composite_writer to{out, type.attributes.size()};
    for (const auto& attribute : type.attributes) {
        field each;
        if (auto failed = from.next(each)) return failed;
        if (each.is_null) {
            to.null(attribute.type);
            continue;
        }
        to.begin_field(attribute.type);
        if (auto failed = to_binary(each, out)) return failed;
        if (auto failed = to.end_field()) return failed;
    }
    return from.finish();
}

std::error_code range_through(const field& in, bytes& out) {
    types::range_reader from;
    if (auto failed = from.read(in)) return failed;
    types::range_writer to{out, from.shape()};
    const auto bound = [&](bool present, const field& value) -> std::error_code {
        if (!present) return {};
        to.begin_bound();
        if (auto failed = to_binary(value, out)) return failed;
        return to.end_bound();
    };
    if (auto failed = bound(from.shape().has_lower, from.lower())) return failed;
    return bound(from.shape().has_upper, from.upper());
}

std::error_code multirange_through(const field& in, bytes& out) {
    types::multirange_reader from;
    if (auto failed = from.open(in)) return failed;
    types::multirange_writer to{out, from.left()};
    for (field each; from.next(each);) {
        to.begin_range();
        if (auto failed = to_binary(each, out)) return failed;
        if (auto failed = to.end_range()) return failed;
    }
    return from.finish();
}

/// What is made of an extension's type: by its name, as the codecs do.
template <class T>
bool is_named_for(const type_description& type) {
    return type.name == codec<T>::type_name;
}

std::error_code extension_type_through(const field& in, const type_description& type, bytes& out) {
    if (is_named_for<hstore>(type)) return through<hstore>(in, out);
    if (is_named_for<ltree>(type)) return through<ltree>(in, out);
    if (is_named_for<lquery>(type)) return through<lquery>(in, out);
    if (is_named_for<ltxtquery>(type)) return through<ltxtquery>(in, out);
    if (is_named_for<dense_vector>(type)) return through<dense_vector>(in, out);
    if (is_named_for<half_vector>(type)) return through<half_vector>(in, out);
    if (is_named_for<sparse_vector>(type)) return through<sparse_vector>(in, out);
    if (type.name == "citext") return types::append_text(out, in.text());
    return errc::type_mismatch;
}

std::error_code made_type_through(const field& in, bytes& out) {
    const auto* type = in.ref().description();
    if (type == nullptr) return errc::type_mismatch;
    const bool has_parts = type->element != oid{} || type->kind == type_kind::composite ||
                           type->kind == type_kind::range || type->kind == type_kind::multirange;
    if (has_parts && in.format == format::text) return errc::type_mismatch;
    if (type->element != oid{}) return array_through(in, out);
    switch (type->kind) {
        case type_kind::enumeration: return types::append_text(out, in.text());
        case type_kind::composite: return composite_through(in, *type, out);
        case type_kind::range: return range_through(in, out);
        case type_kind::multirange: return multirange_through(in, out);
        case type_kind::base: return extension_type_through(in, *type, out);
        case type_kind::missing:
        case type_kind::domain:
        case type_kind::pseudo: break;
    }
    return errc::type_mismatch;
}

}  // namespace

std::error_code to_binary(const field& in, bytes& out) {
    static const binary_forms built_in;
    auto under_domain = in;
    under_domain.type = in.ref().base().type;
    if (const auto known = built_in.find(under_domain.type)) return known(under_domain, out);
    return made_type_through(under_domain, out);
}

}  // namespace howdah
