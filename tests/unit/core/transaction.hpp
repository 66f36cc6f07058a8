#pragma once
// A transaction on a line: its lease, and calls under it.

#include <gtest/gtest.h>

#include "howdah/core/transaction_calls.hpp"
#include "tests/unit/core/line.hpp"

namespace howdah::core::script {

inline lease_id begin(line& l) {
    lease_id lease = 0;
    lease_call c{"begin", lease};
    l.submit(c);
    EXPECT_TRUE(c.done());
    EXPECT_NE(lease, 0u);
    return lease;
}

inline void submit_under(line& l, lease_id lease, operation& op) {
    op.lease = lease;
    l.submit(op);
}

/// With a statement behind its BEGIN.
inline lease_id begin_for_real(line& l, const lease_limits& limits = {}) {
    lease_id lease = 0;
    lease_call c{"begin", lease, limits};
    l.submit(c);
    call<> first{"delete from t"};
    submit_under(l, lease, first.op);
    (void)l.send();
    EXPECT_TRUE(l.hear(begun() + first_use("DELETE 1") + ready("T")));
    return lease;
}

}  // namespace howdah::core::script
