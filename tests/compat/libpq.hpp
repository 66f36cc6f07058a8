#pragma once
// libpq, loaded at run time, so that one program can be compared with several versions.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace howdah {

using keyword_values = std::map<std::string, std::string>;

struct libpq_keyword {
    std::string name, variable;
    std::optional<std::string> otherwise;
};

/// What libpq makes of a connection that it was asked to begin.
struct libpq_attempt {
    bool options_accepted;  // the failure, if any, is the network's
    std::string message;
    keyword_values values;
    std::string password;  // of the host that was tried
};

/// What became of a connection that libpq was asked to make.
struct libpq_connection {
    bool connected, encrypted;
    std::string port;  // of the host that it came to
    std::string message;
};

class libpq {
public:
    /// Throws std::runtime_error if `file` is no libpq.
    explicit libpq(const std::string& file);
    ~libpq();
    libpq(const libpq&) = delete;
    libpq& operator=(const libpq&) = delete;

    /// Such as 180004.
    int version() const;
    std::vector<libpq_keyword> keywords() const;
    /// PQconninfoParse; nullopt: it refuses the string.
    std::optional<keyword_values> parse(const std::string& text) const;
    /// PQconnectStart, and nothing after it.
    libpq_attempt begin(const std::string& text) const;
    /// PQconnectdb, and PQfinish. Give a connect_timeout: libpq has none of its own.
    libpq_connection connect(const std::string& text) const;

private:
    struct functions;
    void* library_;
    std::unique_ptr<functions> call_;
};

/// The libpqs to compare with: the one that tests are linked to, and the one whose rules Howdah follows.
enum class libpq_kind { installed, version_18 };

inline constexpr int libpq_18 = 180000;

/// A libpq, or the reason why it is not to be had.
struct libpq_found {
    const libpq* library;  // null: see reason
    std::string reason;
};

/// Version 18 is what HOWDAH_LIBPQ names, else the installed one if it is as new, else npm's, if that is to be had: see
/// why_not().
const libpq_found& find_libpq(libpq_kind kind);

}  // namespace howdah
