#include <algorithm>
#include <array>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "howdah/base/digest.hpp"
#include "howdah/base/error.hpp"
#include "howdah/observe/json_line.hpp"
#include "howdah/sim/cassette.hpp"
#include "howdah/sim/detail/folder.hpp"
#include "howdah/sim/detail/interaction_json.hpp"
#include "howdah/sim/detail/journal.hpp"

namespace howdah::sim {
namespace {

using std::chrono::microseconds;

/// Sum of a use's durations, for their mean.
struct timed_use {
    microseconds sum{};
    std::uint64_t times = 0;
};

/// A key as it is being recorded. What was written to make room is only in its file.
struct recorded_key {
    std::uint32_t number = 0;  // in the order of keys
    std::string beginning{};   // of its file; empty: that has been begun
    std::vector<written_use> uses{};
    std::string last_in_file{};      // the hash of what the last use there was answered
    std::uint64_t more_of_last = 0;  // how often that was answered since
    std::vector<timed_use> timings{};
    bool changed = false;

    bool was_answered_last(const std::string& answer) const {
        if (!uses.empty()) return uses.back().answer == answer;
        return !last_in_file.empty() && sha_256(answer).text() == last_in_file;
    }

    void forget_what_is_written() {
        if (!uses.empty()) last_in_file = sha_256(uses.back().answer).text();
        beginning = {};
        uses = {};
        more_of_last = 0;
    }
};

manifest manifest_in(const std::filesystem::path& folder, manifest fresh, const cassette_limits& limits) {
    require_one_cassette(folder);
    const auto path = folder / manifest_file;
    const auto text = read_file(path, limits.file_bytes);
    auto out = text ? read_manifest(*text, path.string()) : std::move(fresh);
    if (out.policy.hides() && out.key_check.empty()) {
        const auto key = key_from_environment();
        if (!key.empty()) out.key_check = key_check_of(key);
    }
    return out;
}

std::string now() {
    using namespace std::chrono;
    return observe::to_rfc3339(duration_cast<microseconds>(system_clock::now().time_since_epoch()).count());
}

constexpr std::array<std::string_view, 4> of_one_connection{"application_name", "session_authorization", "is_superuser",
                                                            "scram_iterations"};

}  // namespace

struct cassette_writer::content {
    content(std::filesystem::path where, manifest&& fresh, cassette_limits bounds)
        : folder{std::move(where)},
          limits{bounds},
          lock{folder},
          about{manifest_in(folder, std::move(fresh), bounds)} {}

    void write_if_missing(std::string_view name, std::string_view text) const {
        if (!std::filesystem::exists(folder / name)) write_file(folder / name, text);
    }

    void write_manifest() {
        const auto text = to_json(about);
        if (text == written_manifest) return;
        write_file(folder / manifest_file, text);
        written_manifest = text;
    }

    void write(const std::string& name, recorded_key& one) const {
        const auto path = folder / file_of(interactions_folder, name);
        if (one.beginning.empty()) {
            const auto before = read_file(path, limits.file_bytes);
            if (!before) throw error{error{cassette_errc::not_writable, path.string() + ": somebody deleted it"}};
            check_seal(*before, path.string());
            write_file(path, with_more_uses(*before, one.more_of_last, one.uses));
            one.forget_what_is_written();
        } else {
            write_file(path, write_interaction(one.beginning, one.uses));
        }
        one.changed = false;
    }

    void write_interactions() {
        for (; !changed.empty(); changed.pop_back()) write(changed.back()->first, changed.back()->second);
    }

    // Everything is on disk then; what is met again goes behind it.
    void make_room() {
        write_interactions();
        for (auto& [name, one] : keys) one.forget_what_is_written();
        bytes = 0;
    }

    void add(std::size_t session, const interaction_key& key, std::string&& text, std::uint64_t times,
             microseconds duration) {
        const auto [at, is_new] = keys.try_emplace(key.name());
        auto& one = at->second;
        if (is_new) {
            one.number = order.number(at->first);
            one.beginning = begin_interaction(key);
            bytes += one.beginning.size();
        }
        if (!std::exchange(one.changed, true)) changed.push_back(&*at);
        const bool again = one.was_answered_last(text);
        if (!again) {
            bytes += text.size() + sizeof(written_use);
            one.uses.push_back({std::string{text}, times});
        } else {
            (one.uses.empty() ? one.more_of_last : one.uses.back().times) += times;
        }
        time(one, again, duration);
        order.add(session, one.number);
        if (bytes > limits.cached_bytes) make_room();
    }

    timing_table means() const {
        timing_table out;
        for (const auto& [name, one] : keys) {
            auto& each = out[name];
            for (const auto& use : one.timings)
                each.push_back(static_cast<std::uint64_t>(use.sum.count()) / std::max<std::uint64_t>(use.times, 1));
        }
        return out;
    }

    void time(recorded_key& one, bool again, microseconds duration) {
        if (!again || one.timings.empty()) {
            if (timed >= most_timed) return;
            one.timings.emplace_back();
            ++timed;
        }
        one.timings.back().sum += std::max(duration, microseconds::zero());
        ++one.timings.back().times;
    }

    static constexpr std::size_t most_timed = 1'000'000;

    std::filesystem::path folder;
    cassette_limits limits;
    folder_lock lock;
    std::mutex mutex;
    manifest about;
    std::string written_manifest;
    using keys_by_name = std::unordered_map<std::string, recorded_key>;
    keys_by_name keys;
    std::vector<keys_by_name::value_type*> changed;
    std::unordered_map<std::string, std::string> facts;  // by name, the content's hash
    std::size_t timed = 0;
    order_journal order;
    std::size_t sessions = 0, bytes = 0;
};

cassette_writer::cassette_writer(std::filesystem::path folder, manifest fresh, cassette_limits limits)
    : content_{std::make_unique<content>(std::move(folder), std::move(fresh), limits)} {
    // Both files differ from run to run: git takes both sides' lines.
    content_->write_if_missing(".gitattributes", "order merge=union\ntimings merge=union\n");
    content_->write_if_missing(".gitignore", ".lock\n.*.new\n");
    content_->write_manifest();
}

cassette_writer::~cassette_writer() = default;

const std::filesystem::path& cassette_writer::folder() const noexcept { return content_->folder; }

manifest cassette_writer::about() const {
    const std::lock_guard hold{content_->mutex};
    return content_->about;
}

void cassette_writer::set_server(std::string version, std::vector<std::pair<std::string, std::string>> parameters) {
    const std::lock_guard hold{content_->mutex};
    content_->about.server_version = std::move(version);
    content_->about.parameters.clear();
    for (auto& [name, value] : parameters)
        if (std::ranges::find(of_one_connection, name) == of_one_connection.end())
            content_->about.parameters.insert_or_assign(std::move(name), std::move(value));
}

std::size_t cassette_writer::begin_session() {
    const std::lock_guard hold{content_->mutex};
    return content_->sessions++;
}

void cassette_writer::add(std::size_t session, const interaction_key& key, answer given, std::uint64_t times) {
    auto text = to_json(given);
    const std::lock_guard hold{content_->mutex};
    content_->add(session, key, std::move(text), times, given.duration);
}

void cassette_writer::describe(const statement_key& statement, const statement_facts& facts) {
    const auto name = name_of(statement);
    const auto text = write_facts(statement, facts);
    auto hash = sha_256(text).hexadecimal();
    auto& c = *content_;
    const std::lock_guard hold{c.mutex};
    auto& known = c.facts[name];
    if (known == hash) return;
    write_file(c.folder / file_of(statements_folder, name), text);
    known = std::move(hash);
}

void cassette_writer::checkpoint() {
    const std::lock_guard hold{content_->mutex};
    content_->write_interactions();
    content_->write_manifest();
}

void cassette_writer::save() {
    const std::lock_guard hold{content_->mutex};
    content_->write_interactions();
    content_->write_manifest();
    if (content_->keys.empty()) return;  // what was recorded before stays
    write_file(content_->folder / order_file, content_->order.text());
    write_file(content_->folder / timings_file, write_timings(content_->means(), now()));
}

}  // namespace howdah::sim
