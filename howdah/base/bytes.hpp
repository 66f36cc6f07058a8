#pragma once
// Why here: every layer takes and hands out bytes, and std::vector<std::byte> zeroes what is about to be overwritten.

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace howdah {

using bytes_view = std::span<const std::byte>;

/// std::allocator, but resize() leaves new elements uninitialised.
template <class T>
struct default_init_allocator : std::allocator<T> {
    template <class U>
    struct rebind {
        using other = default_init_allocator<U>;
    };
    using std::allocator<T>::allocator;
    template <class U>
    void construct(U* p) noexcept {
        ::new (static_cast<void*>(p)) U;
    }
    template <class U, class... A>
    void construct(U* p, A&&... a) {
        std::construct_at(p, std::forward<A>(a)...);
    }
};

/// A growing buffer of bytes; resize() does not zero.
using bytes = std::vector<std::byte, default_init_allocator<std::byte>>;

inline bytes_view as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

inline std::string_view as_text(bytes_view in) noexcept {
    return {reinterpret_cast<const char*>(in.data()), in.size()};
}

/// `in` is no part of `out`.
inline void append(bytes& out, bytes_view in) {
    if (in.empty()) return;
    const auto at = out.size();
    out.resize(at + in.size());
    std::memcpy(out.data() + at, in.data(), in.size());
}
inline void append(bytes& out, std::string_view text) { append(out, as_bytes(text)); }

}  // namespace howdah
