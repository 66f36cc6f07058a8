#pragma once
// Why here: the server's word for what went wrong; layers from wire to pool decide by it.

#include <array>
#include <string_view>
#include <system_error>

namespace howdah {

/// A five-character SQLSTATE (SQL standard; PostgreSQL's appendix A). Empty: none.
class sqlstate {
public:
    constexpr sqlstate() = default;
    /// `code` has five characters; anything else gives the empty sqlstate.
    constexpr explicit sqlstate(std::string_view code) noexcept {
        if (code.size() == code_.size())
            for (std::size_t i = 0; i < code_.size(); ++i) code_[i] = code[i];
    }

    constexpr std::string_view text() const noexcept { return {code_.data(), empty() ? 0 : code_.size()}; }
    /// The first two characters.
    constexpr std::string_view category() const noexcept { return text().substr(0, 2); }
    constexpr bool empty() const noexcept { return code_[0] == '\0'; }
    /// PostgreSQL's name for it, such as "unique_violation"; empty if this build does not know it.
    std::string_view name() const noexcept;

    friend constexpr bool operator==(const sqlstate&, const sqlstate&) = default;

private:
    std::array<char, 5> code_{};
};

const std::error_category& sqlstate_category() noexcept;
std::error_code make_error_code(sqlstate state) noexcept;

}  // namespace howdah

template <>
struct std::is_error_code_enum<howdah::sqlstate> : std::true_type {};
