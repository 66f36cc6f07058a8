#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "howdah/sim/cassette.hpp"
#include "howdah/sim/request_keys.hpp"

namespace howdah::sim {

/// What the conversations that go into one cassette share. One thread at a time.
class recording {
public:
    /// Both outlive it.
    recording(cassette_writer& to, request_keys& keys) : to_{to}, keys_{keys} {}

    cassette_writer& to() noexcept { return to_; }
    request_keys& keys() noexcept { return keys_; }

    /// The statement's key, remembered by its text.
    std::shared_ptr<const statement_key> statement(std::string_view sql);

    /// A session has finished a use of `key`, and records it later: what lies behind it may still belong to it. Whoever
    /// holds an earlier one records that now, because uses of a key are given in their order, whatever their sessions.
    void hold(const interaction_key& key, const void* session, std::function<void()> record_now);
    /// It holds nothing any more. Until then `session` lives.
    void let_go(const void* session);

    /// Something happened that a cassette does not hold: replay will not know it.
    void lost(const std::string& what) { ++losses_[what]; }
    /// What, and how often.
    const std::map<std::string, std::uint64_t>& losses() const noexcept { return losses_; }

private:
    static constexpr std::size_t most_text = std::size_t{4} << 20;  // of statements that are remembered

    cassette_writer& to_;
    request_keys& keys_;
    std::unordered_map<std::string, std::shared_ptr<const statement_key>> statements_;
    std::size_t text_ = 0;
    std::map<std::string, std::uint64_t> losses_;

    struct holder {
        std::size_t key;  // its hash: whoever gives way for another key has only hurried
        std::function<void()> record_now;
    };
    std::unordered_map<const void*, holder> holders_;         // by session
    std::unordered_map<std::size_t, const void*> held_keys_;  // by hash
};

}  // namespace howdah::sim
