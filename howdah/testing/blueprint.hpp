#pragma once

#include "howdah/base/secret_string.hpp"
#include "howdah/testing/folders.hpp"
#include "howdah/testing/installation.hpp"
#include "howdah/testing/server_options.hpp"

namespace howdah::testing {

/// What the nodes of one server share.
struct blueprint {
    server_options options;
    installation postgres;
    server_folder folder;
    secret_string password;  // of the role app; empty with trust and cert

    bool tls() const noexcept { return options.tls || options.auth == auth::cert; }
    std::string file(const char* name) const { return (folder.path() / name).string(); }
};

}  // namespace howdah::testing
