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
    // As large as what it holds and no larger: Asio keeps no coroutine frame of over 1,020 bytes to use it again.
    static constexpr std::size_t size = 464;
    alignas(void*) std::byte storage_[size];
};

}  // namespace howdah::async
