#pragma once

#include "howdah/observe/observer.hpp"

namespace howdah::tools {

/// Notices and warnings go to the standard error, where they don't mix with the rows.
class notice_printer final : public observer {
public:
    void on(const notice_event& e) override;
    void on(const warning_event& e) override;
};

}  // namespace howdah::tools
