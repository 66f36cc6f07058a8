#include "howdah/core/connection_setup.hpp"

#include <algorithm>
#include <limits>

#include "howdah/net/deadline.hpp"
#include "howdah/sql/result.hpp"

namespace howdah::core {

namespace {

// A pooler tells a key of its own making for cancelling, which begins with a number that no process has: Linux has none
// above this (PID_MAX_LIMIT), other systems stay below it. One in a thousand poolers' keys looks like a process.
constexpr std::uint32_t largest_process_id = std::uint32_t{1} << 22;

peer peer_of(const connection_config& config, std::uint32_t process_id) noexcept {
    // Whoever asks for these modes does so because of a pooler.
    const bool told = config.statement_mode != statement_mode::prepare;
    return told || process_id > largest_process_id ? peer::pooler : peer::server;
}

constexpr auto notice_of_expiry = std::chrono::days{14};

}  // namespace

connected_to where_it_is(const connection_config& config, const dial_plan::attempt& a, handshake& h,
                         const shared_secrets& shared) {
    return {.host = *a.host,
            .address = *a.to,
            .process_id = h.result().process_id,
            .cancel_key = h.result().cancel_key,
            .tls = h.used_tls() ? shared.tls : nullptr,
            .cancel_grace = config.cancel_grace,
            .shared = shared.state};
}

engine_options options_of(const connection_config& config, const endpoint& host, handshake& h,
                          const shared_secrets& shared, std::shared_ptr<observer> watcher) {
    auto& started = h.result();
    return {.session = {.max_message_bytes = config.max_message_bytes,
                        .pipeline_depth = config.pipeline_depth,
                        .pipeline_bytes = config.pipeline_bytes},
            .cache = {.entries = config.statement_cache_entries,
                      .bytes = config.statement_cache_bytes,
                      .longest_statement = config.max_cached_statement_bytes},
            .statements = config.statement_mode,
            .peer = peer_of(config, started.process_id),
            .query_timeout = config.query_timeout,
            .cancel_grace = config.cancel_grace,
            .max_result_bytes = std::min(config.max_result_bytes, result::most_bytes),
            .max_result_rows =
                config.max_result_rows != 0 ? config.max_result_rows : std::numeric_limits<std::uint64_t>::max(),
            .wait_queue = config.wait_queue,
            .process_id = started.process_id,
            .host = host.to_string(),
            .parameters = std::move(started.parameters),
            .watcher = std::move(watcher),
            .slow_query = config.slow_query,
            .idle_in_transaction = config.idle_in_transaction,
            .catalog = shared.state->types,
            .facts = shared.state->facts};
}

clock::time_point connect_deadline(const connection_config& config) {
    return config.connect_timeout.count() > 0 ? clock::now() + config.connect_timeout : net::no_deadline;
}

error startup_failure(std::error_code why, phase where) {
    const auto name = std::string{to_string(where)};
    if (why == errc::timed_out)
        return error{why, "the server did not finish the " + name + " phase within connect_timeout"}.at(where);
    return error{why, "lost the server in the " + name + " phase: " + why.message()}.at(where);
}

void tell_connected(observer* to, const endpoint& host, handshake& h, const dial_plan& plan) {
    if (to == nullptr) return;
    const auto& started = h.result();
    const auto where = host.to_string();
    const auto version = started.parameters.find("server_version");
    observe::tell(
        to, connect_event{.host = where,
                          .server_version = version == started.parameters.end() ? std::string_view{} : version->second,
                          .encrypted = h.used_tls(),
                          .process_id = started.process_id,
                          .times = plan.times});
    if (started.weak_scram_iterations)
        observe::tell(
            to, warning_event{.what = "the server's SCRAM verifier has fewer than 4096 iterations", .host = where});
    for (const auto& notice : started.notices)
        observe::tell(to, notice_event{.notice = &notice, .process_id = started.process_id});
    const auto now = std::chrono::system_clock::now();
    if (h.used_tls()) tell_expiries(to, where, h.tls(), now);
    const auto ends = plan.expiry();
    if (!ends) return;
    if (const auto left = std::chrono::floor<std::chrono::seconds>(ends->ends - now); left < ends->notice)
        observe::tell(
            to,
            expiry_event{.what = expiring::credential, .subject = plan.config().username, .host = where, .left = left});
}

void tell_expiries(observer* to, std::string_view host, const net::tls_info& tls,
                   std::chrono::system_clock::time_point now) {
    const auto look_at = [&](const net::certificate& c, expiring what) {
        const auto left = std::chrono::floor<std::chrono::seconds>(c.not_after - now);
        if (left < notice_of_expiry)
            observe::tell(to, expiry_event{.what = what, .subject = c.subject, .host = host, .left = left});
    };
    for (const auto& c : tls.chain) look_at(c, expiring::server_certificate);
    if (tls.own) look_at(*tls.own, expiring::client_certificate);
}

void tell_failed(observer* to, const error& failure) {
    observe::tell(to, connect_event{.host = failure.host(), .times = failure.times(), .failure = &failure});
}

}  // namespace howdah::core
