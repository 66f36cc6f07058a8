#include "howdah/base/sqlstate.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace howdah {
namespace {

struct condition {
    sqlstate state;
    std::string_view name;
};

constexpr condition conditions[] = {
#include "howdah/base/generated/sqlstate_names.inc"
};

constexpr bool before(const condition& a, const condition& b) noexcept { return a.state.text() < b.state.text(); }
static_assert(std::is_sorted(std::begin(conditions), std::end(conditions), before));

constexpr int base = 36;
constexpr int malformed = -1;

// Digits and upper-case letters: the SQL standard allows no others.
int digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    return malformed;
}

int pack(sqlstate state) noexcept {
    if (state.empty()) return malformed;
    int packed = 0;
    for (const char c : state.text()) {
        const int value = digit(c);
        if (value == malformed) return malformed;
        packed = packed * base + value;
    }
    return packed;
}

sqlstate unpack(int packed) noexcept {
    char text[5];
    for (std::size_t i = std::size(text); i-- > 0; packed /= base)
        text[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[packed % base];
    return sqlstate{{text, std::size(text)}};
}

struct sqlstates final : std::error_category {
    const char* name() const noexcept override { return "sqlstate"; }
    std::string message(int code) const override {
        if (code < 0) return "malformed SQLSTATE";
        const auto state = unpack(code);
        const auto known = state.name();
        return known.empty() ? "SQLSTATE " + std::string{state.text()} : std::string{known};
    }
};

}  // namespace

std::string_view sqlstate::name() const noexcept {
    const auto* at = std::lower_bound(std::begin(conditions), std::end(conditions), condition{*this, {}}, before);
    return at != std::end(conditions) && at->state == *this ? at->name : std::string_view{};
}

const std::error_category& sqlstate_category() noexcept {
    static const sqlstates instance;
    return instance;
}

std::error_code make_error_code(sqlstate state) noexcept { return {pack(state), sqlstate_category()}; }

}  // namespace howdah
