#include "howdah/tools/notice_printer.hpp"

#include <iostream>

#include "howdah/tools/printable.hpp"

namespace howdah::tools {

void notice_printer::on(const notice_event& e) {
    std::cerr << e.notice->severity << ": " << printable(e.notice->message) << '\n';
}

void notice_printer::on(const warning_event& e) { std::cerr << "howdah: warning: " << printable(e.what) << '\n'; }

}  // namespace howdah::tools
