#include "howdah/types/builtin_types.hpp"

#include <algorithm>

#include "howdah/types/oids.hpp"

namespace howdah {

static_assert(std::ranges::is_sorted(types::builtin_types, {}, &types::builtin_type::type));
static_assert(element_of(oids::int4_array) == oids::int4 && array_of(oids::int4) == oids::int4_array);
static_assert(type_name(oids::int4_array) == "int4[]" && bound_of(oids::int8range) == oids::int8);
static_assert(multirange_of(oids::daterange) == oids::datemultirange &&
              range_of_multirange(oids::datemultirange) == oids::daterange && bound_of(oids::datemultirange) == oid{});

}  // namespace howdah
