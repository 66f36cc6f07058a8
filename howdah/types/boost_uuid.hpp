#pragma once

/// Opt-in: boost::uuids::uuid as uuid, in both directions. Boost.UUID is headers only.

#include <boost/uuid/uuid.hpp>
#include <cstring>

#include "howdah/types/uuid.hpp"

template <>
struct howdah::codec<boost::uuids::uuid> {
    static constexpr oid type = oids::uuid;
    static constexpr int fixed_width = 16;

    static boost::uuids::uuid load(const std::byte* in) noexcept {
        boost::uuids::uuid out;
        std::memcpy(out.begin(), in, out.size());
        return out;
    }
    static void encode(const boost::uuids::uuid& value, bytes& out) { codec<uuid>::encode(own(value), out); }
    static std::error_code decode(bytes_view in, boost::uuids::uuid& out) noexcept {
        if (auto failed = types::check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return {};
    }
    static void encode_text(const boost::uuids::uuid& value, bytes& out) { codec<uuid>::encode_text(own(value), out); }
    static std::error_code decode_text(std::string_view in, boost::uuids::uuid& out) noexcept {
        uuid read;
        const auto failed = codec<uuid>::decode_text(in, read);
        out = load(read.octets.data());
        return failed;
    }

private:
    static uuid own(const boost::uuids::uuid& value) noexcept {
        return codec<uuid>::load(reinterpret_cast<const std::byte*>(value.begin()));
    }
};
