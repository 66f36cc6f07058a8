#include "howdah/core/copy_handles.hpp"

namespace howdah::core {

void throw_not_open(const copy_in_call& call) {
    if (call.failure()) throw error{*call.failure()};
    throw error{errc::wrong_statement_kind, "the copy has been finished: it takes no more data"};
}

void feed(copy_in_call& call, bytes_view& data) {
    auto& to = call.data();
    const auto part = data.first(std::min(data.size(), copy_in_call::chunk - std::min(to.size(), copy_in_call::chunk)));
    append(to, part);
    data = data.subspan(part.size());
}

}  // namespace howdah::core
