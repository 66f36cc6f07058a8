#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "howdah/core/savepoint_info.hpp"
#include "howdah/sql/transaction_options.hpp"

namespace howdah {

namespace core {

/// What a client knows of its transaction; its savepoints share it.
class transaction_state {
public:
    explicit transaction_state(const transaction_options& o) : options{o} {}

    /// A name that no other savepoint of the transaction has had.
    std::string new_savepoint_name() { return "howdah_s" + std::to_string(++last_savepoint_); }
    void created(std::string name);
    /// With those that were created after it, as the server has it.
    void ended(std::string_view name) noexcept;
    void all_ended() noexcept { savepoints_.clear(); }
    bool has(std::string_view name) const noexcept;
    std::span<const savepoint_info> savepoints() const noexcept { return savepoints_; }

    const transaction_options options;
    const std::chrono::system_clock::time_point started_at = std::chrono::system_clock::now();
    std::optional<std::uint64_t> id{};  // once it is known

private:
    std::vector<savepoint_info> savepoints_;
    std::uint64_t last_savepoint_ = 0;
};

/// The statements for a savepoint's life.
std::string savepoint_statement(std::string_view name);
std::string release_statement(std::string_view name);
std::string rollback_to_statement(std::string_view name);

/// SET CONSTRAINTS for those that are named, or for all.
std::string set_constraints_statement(constraint_check when, std::span<const std::string_view> names);

/// Asks for a transaction's own number. PostgreSQL 12 has only this name, and later ones keep it.
inline constexpr char transaction_id_query[] = "select txid_current_if_assigned()";

/// A COMMIT's failure, with the transaction's number where it is known.
error commit_failure(const error& e, const transaction_state& of);

}  // namespace core
}  // namespace howdah
