#include "howdah/async/statement_frame.hpp"

#include <memory>
#include <new>

#include "howdah/core/statement_call.hpp"

namespace howdah::async {
namespace {

using content = howdah::core::statement_call;

content* at(std::byte* storage) noexcept { return std::launder(reinterpret_cast<content*>(storage)); }

}  // namespace

statement_frame::statement_frame(const statement_text& text, std::span<const parameter_view> parameters,
                                 howdah::core::row_sink& rows) {
    static_assert(sizeof(content) <= size && alignof(content) <= alignof(void*));
    new (storage_) content{text, parameters, rows};
}

statement_frame::~statement_frame() { std::destroy_at(at(storage_)); }

howdah::core::operation& statement_frame::operation() noexcept { return *at(storage_); }

}  // namespace howdah::async
