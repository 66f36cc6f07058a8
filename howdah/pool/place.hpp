#pragma once

#include <cstdint>
#include <source_location>
#include <string>
#include <string_view>

namespace howdah::pooling {

/// Who asks for a connection, for messages: a place in the source, or the statement that a verb of the pool runs.
struct place {
    const char* file = nullptr;  // null: it is a statement
    std::uint32_t line = 0;
    std::string_view statement{};  // lives as long as the call

    static place of(const std::source_location& where) noexcept {
        return {.file = where.file_name(), .line = where.line()};
    }
    static place of(std::string_view statement) noexcept { return {.statement = statement}; }

    /// "service.cpp:42", or "statement \"select ...\"", cut after 80 bytes.
    std::string to_string() const;
};

}  // namespace howdah::pooling
