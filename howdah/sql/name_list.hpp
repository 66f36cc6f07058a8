#pragma once

#include <concepts>
#include <span>
#include <string_view>
#include <vector>

namespace howdah {

/// Names in braces, which it views: {"id", "name"}. Not a std::initializer_list, which GCC 12 refuses inside of a
/// coroutine ("array used as initializer").
class name_list {
public:
    name_list() = default;
    template <class... Name>
        requires(sizeof...(Name) > 0 && (std::convertible_to<const Name&, std::string_view> && ...))
    name_list(const Name&... names) : names_{std::string_view{names}...} {}  // NOLINT(google-explicit-constructor)
    explicit name_list(std::span<const std::string_view> names) : names_{names.begin(), names.end()} {}

    std::span<const std::string_view> names() const noexcept { return names_; }

private:
    std::vector<std::string_view> names_;
};

}  // namespace howdah
