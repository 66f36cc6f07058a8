#include "howdah/core/copy_handles.hpp"

namespace howdah::core {

void throw_not_open(const copy_in_call& call) {
    if (call.failure()) throw error{*call.failure()};
    throw error{errc::wrong_statement_kind, "the copy has been finished: it takes no more data"};
}

void throw_garbage() {
    throw error{errc::protocol_violation, "the data of the COPY are not in its binary format", fate::executed};
}

void throw_not_as_described() {
    throw error{errc::protocol_violation, "a row of the COPY is not of the shape that was described", fate::executed};
}

void feed(copy_in_call& call, bytes_view& data) {
    auto& to = call.data();
    const auto part = data.first(std::min(data.size(), copy_in_call::chunk - std::min(to.size(), copy_in_call::chunk)));
    append(to, part);
    data = data.subspan(part.size());
}

}  // namespace howdah::core
