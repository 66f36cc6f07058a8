#pragma once

#include <cstdint>
#include <type_traits>

#include "howdah/sql/transaction_options.hpp"

namespace howdah::core {

/// A backoff's draw, in [0, 1).
double draw();

/// Sleeps as long as the attempt before `next` has to wait. Blocks the thread.
void sleep_before(const transaction_options& options, std::uint32_t next);

/// What `body(tx)` gives, after a commit. A transaction that `body` has ended by itself stays as it is.
template <class Transaction, class F>
auto committed(Transaction& tx, F& body) {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, Transaction&>>) {
        body(tx);
        if (tx.open()) tx.commit();
    } else {
        auto answer = body(tx);
        if (tx.open()) tx.commit();
        return answer;
    }
}

}  // namespace howdah::core
