// All tables of kinds in one place, for the configuration reader and `laggard list`.
#pragma once

#include "core/table.hpp"

namespace laggard::experiment {

const Catalogue& catalogue();

}  // namespace laggard::experiment
