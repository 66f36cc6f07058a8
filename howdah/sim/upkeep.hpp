#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "howdah/sim/cassette.hpp"

namespace howdah::sim {

// What `howdah cassette` does with a folder. All throw error (cassette_errc) if there is no cassette, or another program
// records into it.

/// A file, and what is wrong with it.
struct finding {
    std::string file;
    std::string what;
};

/// Reads everything, large results too. Empty: the cassette is sound.
std::vector<finding> verify(const std::filesystem::path& folder, cassette_limits limits = {});

/// Gives every file that was edited the checksum that it should have now. Their names.
std::vector<std::string> seal(const std::filesystem::path& folder, cassette_limits limits = {});

/// What two cassettes have, and what each key's answers differ in.
struct cassette_difference {
    enum class kind { only_in_first, only_in_second, answers };
    kind what;
    std::string name;
    std::string statement;           // normalised
    std::vector<std::string> lines;  // "use 2: - ..." and "use 2: + ...": of the first use that differs
};
std::vector<cassette_difference> diff(const cassette& first, const cassette& second);

/// Removes interactions that the last recording did not meet (they are not in `order`), facts of statements that only they
/// had, and large results that nothing refers to. The files' names.
std::vector<std::string> prune(const std::filesystem::path& folder, cassette_limits limits = {});

/// Which side's answers stay, where both have the same key.
enum class preference { neither, ours, theirs };

struct merge_outcome {
    std::size_t added = 0, replaced = 0;
    std::vector<std::string> conflicts;  // names: left as they are
};
/// Puts what another cassette has and this one does not into this one. Of a key that both have with different answers the
/// longer one stays if it begins as the other; else `prefer` says which.
merge_outcome merge(const std::filesystem::path& into, const cassette& from, preference prefer,
                    cassette_limits limits = {});

/// Hides what was recorded before the policy did: `policy`'s rules go into the manifest, and over everything. How many
/// interactions changed. Throws error (missing_key).
/// A process that is killed meanwhile leaves the old cassette, the new one, or one that opens for nobody (damaged) until
/// finish_redaction() has been called.
std::size_t redact(const std::filesystem::path& folder, const cassette_policy& policy, const secret_string& key,
                   cassette_limits limits = {});
/// Ends what redact() was killed in. False: there was nothing to end.
bool finish_redaction(const std::filesystem::path& folder);

}  // namespace howdah::sim
