#pragma once
// The authorities of howdah::testing, by the names that these tests use.

#include "howdah/testing/certificates.hpp"
#include "temporary_folder.hpp"

namespace howdah::net::test {

using testing::authority;
using testing::certificate_plan;
using testing::identity;
using testing::key_kind;
using testing::self_signed;
using role = testing::certificate_role;

}  // namespace howdah::net::test
