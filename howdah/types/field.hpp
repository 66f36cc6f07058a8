#pragma once

#include <string_view>
#include <type_traits>

#include "howdah/base/bytes.hpp"
#include "howdah/base/oid.hpp"
#include "howdah/types/type_ref.hpp"

namespace howdah {

/// One column's or element's value as it came. Borrows from the message.
struct field {
    bytes_view data;
    oid type{};  // oid{}: not known (an element of an array whose type is not built in); only text can be decoded then
    enum format format = howdah::format::binary;
    bool is_null = false;
    const type_map* known = nullptr;  // types that were made in the database

    type_ref ref() const noexcept { return {type, known}; }
    std::string_view text() const noexcept { return as_text(data); }
};

static_assert(std::is_trivially_copyable_v<field>);

}  // namespace howdah
