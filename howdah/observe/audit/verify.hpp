#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "howdah/base/secret_string.hpp"
#include "howdah/observe/audit/chain.hpp"

namespace howdah {

/// What is wrong with an audit trail, and where.
struct audit_flaw {
    std::string file;
    std::uint64_t line = 0;  // in the file, from 1
    std::string what;
};

/// How an audit trail stands.
struct audit_verdict {
    std::uint64_t lines = 0;  // that are sound and in their place
    std::uint64_t first = 0;  // number of the first of them: over 1 where the beginning of the trail is not there
    std::optional<audit_flaw> flaw{};  // the first
    bool closed = false;               // its last line says that it was ended in order
    observe::audit_link last{};        // its end: kept elsewhere, it shows that nothing was cut off since
};

/// Reads audit trails in the order in which they were written, the oldest first.
class audit_reader {
public:
    explicit audit_reader(secret_string key = {}) : key_{std::move(key)} {}

    /// Reads a file to its end, or to the first flaw; false: there is one.
    bool read(const std::string& name, std::istream& file);
    const audit_verdict& verdict() const noexcept { return verdict_; }

private:
    std::optional<std::string> flaw_of(std::string_view line);

    secret_string key_;
    audit_verdict verdict_;
};

/// A trail that has these files. Throws error (a system error) for one that can't be read.
audit_verdict verify_audit_trail(const std::vector<std::string>& files, secret_string key = {});

}  // namespace howdah
