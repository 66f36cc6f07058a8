#pragma once

/// Opt-in: boost::json::value as json and jsonb, in both directions. Howdah itself does not use Boost.JSON, so a program
/// that includes this links Boost::json, or has `#include <boost/json/src.hpp>` in one of its sources.
///
/// Numbers that Boost.JSON has no room for (jsonb's are numeric) become the nearest double: where that matters, take
/// howdah::json, which is the text.

#include <boost/json.hpp>

#include "howdah/types/json.hpp"

template <>
struct howdah::codec<boost::json::value> {
    static constexpr oid type = oids::jsonb;
    static constexpr bool accepts(oid target) noexcept { return codec<json>::accepts(target); }

    static std::error_code encode_as(const boost::json::value& value, oid target, bytes& out) {
        return codec<json>::encode_as(json{boost::json::serialize(value)}, target, out);
    }
    static std::error_code encode_text(const boost::json::value& value, bytes& out) {
        return codec<json>::encode_text(json{boost::json::serialize(value)}, out);
    }
    /// errc::invalid_value too for what is nested deeper than boost::json::parse_options allows (32).
    static std::error_code decode_as(const field& in, boost::json::value& out) {
        json text;
        if (auto failed = codec<json>::decode_as(in, text)) return failed;
        boost::json::error_code failed;
        out = boost::json::parse(text.text, failed);
        return failed ? errc::invalid_value : std::error_code{};
    }
};
