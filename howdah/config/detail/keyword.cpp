#include "howdah/config/detail/keyword.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace howdah::config {
namespace {

using enum secrecy;

// libpq has no default for connect_timeout, and waits for ever; Howdah waits ten seconds an address.
constexpr auto table = std::to_array<keyword>({
    {"service", "PGSERVICE", {}},
    {"user", "PGUSER", {}},
    {"password", "PGPASSWORD", {}, secret},
    {"passfile", "PGPASSFILE", {}},
    {"channel_binding", "PGCHANNELBINDING", "prefer"},
    {"connect_timeout", "PGCONNECT_TIMEOUT", "10"},
    {"dbname", "PGDATABASE", {}},
    {"host", "PGHOST", {}},
    {"hostaddr", "PGHOSTADDR", {}},
    {"port", "PGPORT", "5432"},
    {"client_encoding", "PGCLIENTENCODING", {}},
    {"options", "PGOPTIONS", ""},
    {"application_name", "PGAPPNAME", {}},
    {"fallback_application_name", "", {}},
    {"keepalives", "", {}},
    {"keepalives_idle", "", {}},
    {"keepalives_interval", "", {}},
    {"keepalives_count", "", {}},
    {"tcp_user_timeout", "", {}},
    {"sslmode", "PGSSLMODE", "prefer"},
    {"sslnegotiation", "PGSSLNEGOTIATION", "postgres"},
    {"sslcompression", "PGSSLCOMPRESSION", "0"},
    {"sslcert", "PGSSLCERT", {}},
    {"sslkey", "PGSSLKEY", {}},
    {"sslcertmode", "PGSSLCERTMODE", {}},
    {"sslpassword", "", {}, secret},
    {"sslrootcert", "PGSSLROOTCERT", {}},
    {"sslcrl", "PGSSLCRL", {}},
    {"sslcrldir", "PGSSLCRLDIR", {}},
    {"sslsni", "PGSSLSNI", "1"},
    {"requirepeer", "PGREQUIREPEER", {}},
    {"require_auth", "PGREQUIREAUTH", {}},
    {"min_protocol_version", "PGMINPROTOCOLVERSION", {}},
    {"max_protocol_version", "PGMAXPROTOCOLVERSION", {}},
    {"ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION", "TLSv1.2"},
    {"ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION", {}},
    {"gssencmode", "PGGSSENCMODE", "disable"},
    {"krbsrvname", "PGKRBSRVNAME", "postgres"},
    {"gsslib", "PGGSSLIB", {}},
    {"gssdelegation", "PGGSSDELEGATION", "0"},
    {"replication", "", {}},
    {"target_session_attrs", "PGTARGETSESSIONATTRS", "any"},
    {"load_balance_hosts", "PGLOADBALANCEHOSTS", "disable"},
    {"scram_client_key", "", {}, secret},
    {"scram_server_key", "", {}, secret},
    {"oauth_issuer", "", {}},
    {"oauth_client_id", "", {}},
    {"oauth_client_secret", "", {}, secret},
    {"oauth_scope", "", {}},
    {"sslkeylogfile", "", {}},
    // Howdah's own, by the names of connection_config's fields.
    {"allow_cleartext_without_tls", "", {}},
    {"security_profile", "HOWDAH_SECURITY_PROFILE", {}},
    {"scram_iteration_limit", "", {}},
    {"statement_mode", "", {}},
    {"query_timeout", "", {}},
    {"slow_query", "", {}},
    {"idle_in_transaction", "", {}},
    {"cancel_grace", "", {}},
    {"max_result_bytes", "", {}},
    {"max_result_rows", "", {}},
    {"max_message_bytes", "", {}},
    {"statement_cache_entries", "", {}},
    {"statement_cache_bytes", "", {}},
    {"max_cached_statement_bytes", "", {}},
    {"pipeline_depth", "", {}},
    {"pipeline_bytes", "", {}},
    {"wait_queue", "", {}},
});

// What other drivers say, and what no count of edits would find.
constexpr auto foreign_names = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"username", "user"},
    {"uid", "user"},
    {"role", "user"},
    {"database", "dbname"},
    {"db", "dbname"},
    {"hostname", "host"},
    {"server", "host"},
    {"address", "hostaddr"},
    {"pwd", "password"},
    {"passwd", "password"},
    {"pass", "password"},
    {"ssl", "sslmode"},
    {"tls", "sslmode"},
    {"timeout", "connect_timeout"},
    {"login_timeout", "connect_timeout"},
    {"statement_timeout", "query_timeout"},
    {"search_path", "options"},
    {"encoding", "client_encoding"},
    {"charset", "client_encoding"},
    {"appname", "application_name"},
});

// Longer names are no slip of a keyword's; comparing them whole would cost the square of their length.
constexpr std::size_t longest_compared = 64;

// Levenshtein's distance.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

std::string in_lower_case(std::string_view text) {
    std::string out{text};
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

}  // namespace

std::span<const keyword> keywords() noexcept { return table; }

const keyword* find_keyword(std::string_view name) noexcept {
    const auto* found = std::ranges::find(table, name, &keyword::name);
    return found == table.end() ? nullptr : found;
}

std::string_view nearest_keyword(std::string_view name) {
    const auto wanted = in_lower_case(name.substr(0, longest_compared));
    const auto* foreign =
        std::ranges::find(foreign_names, wanted, &std::pair<std::string_view, std::string_view>::first);
    if (foreign != foreign_names.end()) return foreign->second;
    const auto* nearest = std::ranges::min_element(table, {}, [&](const keyword& k) { return edits(wanted, k.name); });
    return nearest->name;
}

}  // namespace howdah::config
