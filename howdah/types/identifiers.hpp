#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "howdah/base/reader.hpp"
#include "howdah/base/writer.hpp"
#include "howdah/types/codec.hpp"

namespace howdah {

/// A transaction's number as the server stores it in rows; it wraps around.
struct xid {
    std::uint32_t number = 0;
    friend constexpr bool operator==(const xid&, const xid&) = default;
};

/// A transaction's number that never wraps (pg_current_xact_id()).
struct xid8 {
    std::uint64_t number = 0;
    friend constexpr auto operator<=>(const xid8&, const xid8&) = default;
};

/// A position in the write-ahead log, in bytes (pg_lsn).
struct lsn {
    std::uint64_t position = 0;

    /// "16/B374D848"; nullopt otherwise.
    static std::optional<lsn> parse(std::string_view text) noexcept;
    std::string to_string() const;
    friend constexpr auto operator<=>(const lsn&, const lsn&) = default;
};

/// Also what the reg* types are on the wire.
template <>
struct codec<oid> {
    static constexpr oid type = oids::oid;
    static constexpr int fixed_width = 4;
    static oid load(const std::byte* in) noexcept { return oid{load_big_endian<std::uint32_t>(in)}; }
    static constexpr bool accepts(oid target) noexcept {
        return target == oids::oid || target == oids::regclass || target == oids::regtype || target == oids::regproc ||
               target == oids::regprocedure || target == oids::regrole || target == oids::regnamespace ||
               target == oids::regoper || target == oids::regoperator || target == oids::regconfig ||
               target == oids::regdictionary || target == oids::regcollation;
    }
    static void encode(oid value, bytes& out) { put_u32(out, static_cast<std::uint32_t>(value)); }
    static std::error_code decode(bytes_view in, oid& out) noexcept {
        if (auto failed = types::check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return {};
    }
    static void encode_text(oid value, bytes& out);
    static std::error_code decode_text(std::string_view in, oid& out) noexcept;
};

template <>
struct codec<xid> {
    static constexpr oid type = oids::xid;
    static constexpr int fixed_width = 4;
    static xid load(const std::byte* in) noexcept { return {load_big_endian<std::uint32_t>(in)}; }
    static constexpr bool accepts(oid target) noexcept { return target == oids::xid || target == oids::cid; }
    static void encode(xid value, bytes& out) { put_u32(out, value.number); }
    static std::error_code decode(bytes_view in, xid& out) noexcept {
        if (auto failed = types::check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return {};
    }
    static void encode_text(xid value, bytes& out);
    static std::error_code decode_text(std::string_view in, xid& out) noexcept;
};

template <>
struct codec<xid8> {
    static constexpr oid type = oids::xid8;
    static constexpr int fixed_width = 8;
    static xid8 load(const std::byte* in) noexcept { return {load_big_endian<std::uint64_t>(in)}; }
    static void encode(xid8 value, bytes& out) { put_u64(out, value.number); }
    static std::error_code decode(bytes_view in, xid8& out) noexcept {
        if (auto failed = types::check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return {};
    }
    static void encode_text(xid8 value, bytes& out);
    static std::error_code decode_text(std::string_view in, xid8& out) noexcept;
};

template <>
struct codec<lsn> {
    static constexpr oid type = oids::pg_lsn;
    static constexpr int fixed_width = 8;
    static lsn load(const std::byte* in) noexcept { return {load_big_endian<std::uint64_t>(in)}; }
    static void encode(lsn value, bytes& out) { put_u64(out, value.position); }
    static std::error_code decode(bytes_view in, lsn& out) noexcept {
        if (auto failed = types::check_width(in, fixed_width)) return failed;
        out = load(in.data());
        return {};
    }
    static void encode_text(lsn value, bytes& out);
    static std::error_code decode_text(std::string_view in, lsn& out) noexcept;
};

}  // namespace howdah
