#pragma once

#include <cstddef>
#include <span>

#include "howdah/core/row_sink.hpp"
#include "howdah/sql/parameters.hpp"
#include "howdah/sql/sql.hpp"

namespace howdah::core {
class operation;
}

namespace howdah::async {

/// A core::statement_call in its caller's frame. What it is made of stays behind an opaque storage, so that who awaits a
/// statement need not compile it.
class statement_frame {
public:
    statement_frame(const statement_text& text, std::span<const parameter_view> parameters,
                    howdah::core::row_sink& rows);
    statement_frame(const statement_frame&) = delete;
    statement_frame& operator=(const statement_frame&) = delete;
    ~statement_frame();

    howdah::core::operation& operation() noexcept;

private:
    static constexpr std::size_t most_bytes = 464;
    alignas(std::max_align_t) std::byte storage_[most_bytes];
};

}  // namespace howdah::async
