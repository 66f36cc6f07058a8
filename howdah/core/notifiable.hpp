#pragma once

#include <string_view>

namespace howdah::core {

/// Throws what notify() says it does.
void require_notifiable(std::string_view channel, std::string_view payload);

}  // namespace howdah::core
