#pragma once
// How much a test tries. A sanitizer makes each step some ten times as slow, and looks at each of them closely: fewer will do.

namespace howdah::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#elif defined(__has_feature)
inline constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool sanitized = false;
#endif

template <class N>
constexpr N effort(N plain, N under_sanitizer) noexcept {
    return sanitized ? under_sanitizer : plain;
}

}  // namespace howdah::test
