#pragma once

/// Every built-in codec. Opt-in: types/describe.hpp (Boost.Describe).

#include "howdah/types/array.hpp"
#include "howdah/types/boolean.hpp"
#include "howdah/types/bytea.hpp"
#include "howdah/types/chrono.hpp"
#include "howdah/types/composite.hpp"
#include "howdah/types/datetime.hpp"
#include "howdah/types/enums.hpp"
#include "howdah/types/floats.hpp"
#include "howdah/types/identifiers.hpp"
#include "howdah/types/integers.hpp"
#include "howdah/types/interval.hpp"
#include "howdah/types/json.hpp"
#include "howdah/types/numeric.hpp"
#include "howdah/types/optional.hpp"
#include "howdah/types/range.hpp"
#include "howdah/types/text.hpp"
#include "howdah/types/text_form.hpp"
#include "howdah/types/uuid.hpp"
#include "howdah/types/value.hpp"
