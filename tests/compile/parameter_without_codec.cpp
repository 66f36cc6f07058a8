#include "howdah/blocking/connection.hpp"
#include "howdah/types/types.hpp"

#ifdef HOWDAH_CONTROL
using key = int;
#else
class key {
    int value_ = 1;
};
#endif

void run(howdah::blocking::connection& db, const key& k) { db.execute("delete from t where id = $1", k); }
