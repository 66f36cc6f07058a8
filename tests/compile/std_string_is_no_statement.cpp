#include "howdah/blocking/connection.hpp"

void run(howdah::blocking::connection& db, const std::string& text) {
#ifdef HOWDAH_CONTROL
    db.execute(howdah::unsafe_sql{text});
#else
    db.execute(text);
#endif
}
