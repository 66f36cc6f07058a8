#include "howdah/blocking/copy.hpp"

namespace howdah::blocking {

void copy_in_stream::write(bytes_view data) {
    howdah::core::require_open(*call_);
    while (!data.empty()) {
        howdah::core::feed(*call_, data);
        if (call_->full()) call_.advance();
    }
}

std::uint64_t copy_in_stream::finish() {
    howdah::core::require_open(*call_);
    call_->end_of_data();
    call_.advance();
    return call_->rows_stored();
}

bytes_view copy_out_stream::read() {
    call_->consume(call_->data().size());
    call_.advance();
    return call_->data();
}

copy_in_stream detail::target::copy_in(const target& t, const statement_text& text) {
    copy_in_stream made{t, std::make_unique<howdah::core::copy_in_call>(text)};
    made.call_.advance();
    return made;
}

copy_out_stream detail::target::copy_out(const target& t, const statement_text& text) {
    return {t, std::make_unique<howdah::core::copy_out_call>(text)};
}

}  // namespace howdah::blocking
