#include "howdah/observe/observer.hpp"
