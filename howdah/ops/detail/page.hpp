#pragma once

#include "howdah/ops/status_pages.hpp"

namespace howdah::ops {

/// The page, with a content security policy that lets nothing run but its own script, and talk to nobody but its own server.
const status_answer& status_page();

}  // namespace howdah::ops
