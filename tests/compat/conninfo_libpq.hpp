#pragma once
// libpq, loaded at run time, so that one program can be compared with several versions: HOWDAH_LIBPQ names another.

#include <map>
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

class libpq {
public:
    libpq();
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

private:
    struct functions;
    void* library_;
    functions* call_;
};

}  // namespace howdah
