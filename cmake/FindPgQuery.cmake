# libpg_query (PostgreSQL's parser as a library): the target PgQuery::PgQuery, PGQUERY_INCLUDE_DIR and PGQUERY_LIBRARY.
find_path(PGQUERY_INCLUDE_DIR pg_query.h)
find_library(PGQUERY_LIBRARY pg_query)
mark_as_advanced(PGQUERY_INCLUDE_DIR PGQUERY_LIBRARY)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(PgQuery REQUIRED_VARS PGQUERY_LIBRARY PGQUERY_INCLUDE_DIR)

if(PgQuery_FOUND AND NOT TARGET PgQuery::PgQuery)
  add_library(PgQuery::PgQuery UNKNOWN IMPORTED)
  set_target_properties(PgQuery::PgQuery PROPERTIES
    IMPORTED_LOCATION ${PGQUERY_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${PGQUERY_INCLUDE_DIR})
endif()
