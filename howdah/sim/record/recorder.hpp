#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "howdah/base/bytes.hpp"
#include "howdah/base/secret_string.hpp"
#include "howdah/sim/manifest.hpp"
#include "howdah/sim/request_keys.hpp"

namespace howdah::sim {

/// What a recording came to.
struct recorder_report {
    std::uint64_t sessions = 0, bytes = 0;        // that were heard
    std::map<std::string, std::uint64_t> losses;  // what could not be recorded, and how often
};

/// Writes what it hears of conversations into a cassette, on a thread of its own: whoever brings the bytes waits for
/// nothing. It saves when no session has been open for a moment, and at its end.
class recorder {
public:
    /// Throws error (cassette_errc): in_use, missing_key, damaged, not_writable.
    explicit recorder(const std::filesystem::path& folder, manifest fresh = {},
                      secret_string key = key_from_environment());
    recorder(const recorder&) = delete;
    recorder& operator=(const recorder&) = delete;
    /// Saves nothing: call finish() before.
    ~recorder();

    /// One conversation, from its first ReadyForQuery on to the handle's end. The server must not be heard before the
    /// request that it answers. One thread at a time.
    class session {
    public:
        session(session&&) noexcept = default;
        session& operator=(session&&) noexcept = default;
        ~session();
        void client_said(bytes_view in);
        void server_said(bytes_view in);

    private:
        friend class recorder;
        struct place;
        session(recorder& to, std::shared_ptr<place> at) : to_{&to}, at_{std::move(at)} {}
        recorder* to_;
        std::shared_ptr<place> at_;
    };
    /// What the server said of itself at the connection's start (ParameterStatus).
    session begin(std::vector<std::pair<std::string, std::string>> parameters);

    /// More is waiting to be written than may: whoever brings bytes brings no more until this has changed. Nothing that is
    /// brought all the same is lost.
    bool is_full() const noexcept;
    /// Why nothing is recorded any more; null: all is well.
    std::exception_ptr failure() const;

    /// Writes all that was heard. Throws error (cassette_errc), what had failed earlier too.
    recorder_report finish();

private:
    struct content;
    std::unique_ptr<content> content_;
};

}  // namespace howdah::sim
