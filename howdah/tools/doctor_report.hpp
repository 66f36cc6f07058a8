#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "howdah/base/error.hpp"

namespace howdah::tools {

struct fact;
using facts = std::vector<fact>;

/// Something that a step has found out.
struct fact {
    std::string name;
    std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>, std::vector<facts>> value;
};

struct step {
    std::string name;  // "resolve", "connect", "tls" ...
    bool ok = true;
    std::chrono::nanoseconds took{};
    facts found{};
    std::string cause{}, remedy{};  // of a failure
};

/// What the doctor has to say, for people and for programs.
class doctor_report {
public:
    void add(step s) { steps_.push_back(std::move(s)); }
    void warn(std::string what) { warnings_.push_back(std::move(what)); }
    /// The connection works, whatever failed on the way to it.
    void set_healthy() { healthy_ = true; }
    bool healthy() const noexcept { return healthy_; }

    void write_text(std::ostream& out) const;
    /// {"ok","steps":[{"step","ok","ms",...}],"warnings":[...]}, compact, on one line.
    void write_json(std::ostream& out) const;

private:
    std::vector<step> steps_;
    std::vector<std::string> warnings_;
    bool healthy_ = false;
};

step failed_step(std::string name, std::chrono::nanoseconds took, const error& why, facts found = {});

double milliseconds(std::chrono::nanoseconds time);

}  // namespace howdah::tools
