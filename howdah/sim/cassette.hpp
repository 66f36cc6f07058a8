#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "howdah/sim/errc.hpp"
#include "howdah/sim/interaction.hpp"
#include "howdah/sim/manifest.hpp"
#include "howdah/sim/rows.hpp"

namespace howdah::sim {

/// What a cassette that somebody else made may cost. Errors: too_large.
struct cassette_limits {
    std::uint64_t file_bytes = 256 << 20;                 // of one JSON file
    std::uint64_t result_bytes = std::uint64_t{8} << 30;  // of one large result, uncompressed; it is read bit by bit
    std::uint64_t row_bytes = std::uint64_t{1} << 30;     // of one row of it
    std::size_t cached_bytes = 64 << 20;                  // of interactions that are kept in memory
};

/// The uses of one session in their order, by the names of their keys.
using session_order = std::vector<std::string>;

/// What `same_as_earlier` remembers: which values of a recording stand for which of this run. One a session, or one for all.
class match_memory {
public:
    void learn(const canonical_value& recorded, const canonical_value& asked);
    /// nullptr: not met.
    const canonical_value* asked_for(const canonical_value& recorded) const;

private:
    std::map<canonical_value, canonical_value> met_;
};

/// A recorded key that is like the one that was asked for, and in what they differ, for people.
struct near_match {
    std::shared_ptr<const interaction> found;
    std::vector<std::string> differences;  // "$2 is 'Ada', recorded is 'Bob'"
};

/// A cassette for reading. Opening it lists its files and reads none but the manifest: an interaction is read when it is
/// asked for, checked, and kept while there is room. Threads may share one. Throws error (cassette_errc).
class cassette {
public:
    explicit cassette(std::filesystem::path folder, cassette_limits limits = {});
    cassette(const cassette&) = delete;
    cassette& operator=(const cassette&) = delete;
    ~cassette();

    const std::filesystem::path& folder() const noexcept;
    const cassette_limits& limits() const noexcept;
    const manifest& about() const noexcept;

    /// How many keys there are.
    std::size_t size() const noexcept;
    /// Of every key, sorted.
    std::vector<std::string> names() const;
    /// nullptr: there is none of that name.
    std::shared_ptr<const interaction> load(std::string_view name) const;

    /// The interaction of that key, match rules aside. nullptr: there is none.
    std::shared_ptr<const interaction> find(const interaction_key& asked) const;
    bool contains(const interaction_key& asked) const;
    /// Where the key itself is not there: the names of those that the manifest's match rules may let stand for it, in the
    /// order in which they were recorded. The same list for requests that nothing but may_answer() tells apart; lives as long
    /// as the cassette. nullptr: there are none.
    const std::vector<std::string>* stand_ins(const interaction_key& asked) const;
    /// One of them does stand for it. `memory` knows what `same_as_earlier` asks; see learn().
    bool may_answer(std::string_view stand_in, const interaction_key& asked,
                    const match_memory* memory = nullptr) const;
    /// `answered` was taken for `asked`: what its values stand for in this run.
    void learn(const interaction_key& answered, const interaction_key& asked, match_memory& memory) const;
    /// The most like it, the nearest first: of the same statement, else of the same fingerprint, else of a similar text.
    std::vector<near_match> nearest(const interaction_key& asked, std::size_t most = 3) const;

    /// nullptr: it was never described.
    std::shared_ptr<const statement_facts> facts(const statement_key& statement) const;
    /// How the sessions went, in the order of their beginning. Empty if the file `order` is missing.
    std::vector<session_order> order() const;

private:
    friend class row_reader;
    struct content;
    std::unique_ptr<content> content_;
};

/// A cassette for recording into. A key that is met again in the same recording gets another use; the uses that a key had
/// before are replaced; other keys stay (see `howdah cassette prune`). Only one may be open a folder: a second throws error
/// (in_use). Threads may share one. Throws error (cassette_errc).
class cassette_writer {
public:
    /// Makes the folder if it is missing. A manifest that is there keeps its policy and rules; else `fresh` is the manifest.
    explicit cassette_writer(std::filesystem::path folder, manifest fresh = {}, cassette_limits limits = {});
    cassette_writer(const cassette_writer&) = delete;
    cassette_writer& operator=(const cassette_writer&) = delete;
    /// Writes nothing: what neither checkpoint() nor save() wrote is lost.
    ~cassette_writer();

    const std::filesystem::path& folder() const noexcept;
    manifest about() const;
    /// What a server said at a connection's start, kept in the manifest. Parameters that differ between connections
    /// (application_name, session_authorization) are left out.
    void set_server(std::string version, std::vector<std::pair<std::string, std::string>> parameters);

    /// A number for a session, in the order of their beginning: what add() sorts its order by.
    std::size_t begin_session();
    /// Another use of a key, by that session; or several that were answered the same.
    void add(std::size_t session, const interaction_key& key, answer given, std::uint64_t times = 1);
    void describe(const statement_key& statement, const statement_facts& facts);

    /// Writes what was recorded since the last time, so that no crash loses it: at the end of each session, say.
    void checkpoint();
    /// Writes everything, and the files `order` and `timings`: at the end.
    void save();

private:
    friend class row_writer;
    struct content;
    std::unique_ptr<content> content_;
};

}  // namespace howdah::sim
