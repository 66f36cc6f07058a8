#include "howdah/blocking/connection.hpp"
#include "howdah/types/types.hpp"

void run(howdah::blocking::connection& db) {
#ifdef HOWDAH_CONTROL
    db.execute("delete from t where id = $1", 1);
#else
    db.execute("delete from t where id = $1 and name = $2", 1);
#endif
}
