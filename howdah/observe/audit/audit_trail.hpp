#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "howdah/base/secret_string.hpp"
#include "howdah/observe/observer.hpp"

namespace howdah {

/// When a line is on the disk.
enum class audit_sync : std::uint8_t {
    never,        // as the system likes
    each_second,  // at the first line after a second has passed, and at the end
    each_line,    // before the call it tells of goes on
};

/// What happens when a line can't be written, because the disk is full or the file is gone.
enum class audit_failure : std::uint8_t {
    refuse,  // calls that are not on record are refused (errc::refused_by_observer), until it can be written again
    carry_on,  // they go on; each failure is told to on_failure, and the next line that is written says how many are missing
};

struct audit_options {
    std::string path{};         // of the file; made with mode 0600, continued where it is there
    std::string application{};  // in every line
    /// With a key, who may change the file still can't make the hashes anew. Without, the trail shows accidents, and changes
    /// that were made by hand.
    secret_string key{};
    audit_sync sync = audit_sync::each_second;
    audit_failure on_full = audit_failure::refuse;
    std::uint64_t rotate_at = std::uint64_t{100} << 20;  // bytes; the file is renamed to PATH.1, PATH.2 ... 0: never
    /// Who it is done for, asked on the thread that makes the call: {{"user", "ada"}, {"request", "4f1c"}}.
    std::function<std::vector<std::pair<std::string, std::string>>()> session{};
    std::function<void(const error&)> on_failure{};

    /// Throws invalid_option.
    void validate() const;
};

/// An audit trail: a JSON line for each statement before it is sent, for each result, and for connections, transactions and
/// failovers. Each line holds the hash of the one before it, so that what is changed, moved or taken out is found by
/// verify_audit_trail() and `howdah audit verify`. docs/observability.md describes the lines. For any thread.
class audit_trail final : public observe::of_all_events<audit_trail> {
public:
    /// Throws error: invalid_option; system errors of opening the file, text_file_busy where another process writes it;
    /// refused_by_observer if its last line is no audit line.
    explicit audit_trail(const audit_options& options);
    ~audit_trail() override;

    /// The statement is on record; if it can't be put there, the policy decides.
    std::optional<error> objection(const query_start_event& e) override;

    /// Everything that was written so far is on the disk. False: it could not be.
    bool flush();
    /// Lines that could not be written so far.
    std::uint64_t missing() const;

    template <class Event>
    void all(const Event& e);

private:
    class file;
    std::unique_ptr<file> file_;
};

}  // namespace howdah
