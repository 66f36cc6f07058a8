#pragma once
// Why here: passwords pass through config, auth and wire, and must neither print nor linger in any of them.

#include <string>
#include <string_view>

namespace howdah {

/// Text that never prints: no operator<<, no formatter, no implicit conversion. Its memory is wiped when it goes.
class secret_string {
public:
    secret_string() = default;
    explicit secret_string(std::string_view text);
    secret_string(const secret_string& other);
    secret_string(secret_string&& other) noexcept;
    secret_string& operator=(secret_string other) noexcept;
    ~secret_string();

    /// The text itself. Whoever calls this answers for where it goes.
    std::string_view reveal() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }

    /// Compares in time that depends on the sizes alone.
    friend bool operator==(const secret_string& a, const secret_string& b) noexcept;

private:
    std::string text_;
};

/// Overwrites memory in a way the optimiser keeps.
void wipe(void* memory, std::size_t size) noexcept;

}  // namespace howdah
