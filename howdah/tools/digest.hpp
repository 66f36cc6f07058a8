#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace howdah::tools {

/// SHA-256 of what was added so far.
class digest {
public:
    digest();
    digest(digest&&) noexcept;
    digest& operator=(digest&&) noexcept;
    ~digest();

    void add(std::string_view data);
    /// In hexadecimal; more may be added afterwards.
    std::string text() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace howdah::tools
