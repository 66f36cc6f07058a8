#include "howdah/core/cancellation.hpp"

#include "howdah/core/handshake.hpp"
#include "howdah/wire/frontend.hpp"

namespace howdah::core {
cancellation::cancellation(std::shared_ptr<const net::tls_context> tls, const endpoint& server,
                           std::uint32_t process_id, bytes_view cancel_key)
    : tls_{std::move(tls)}, server_{server}, state_{tls_ ? state::tls_reply : state::sent} {
    wire::serialize(wire::cancel_request{.process_id = process_id, .cancel_key = cancel_key}, request_);
    if (!tls_) {
        plain_ = request_;
    } else if (tls_->negotiation() == ssl_negotiation::direct) {
        begin_tls();
    } else {
        wire::serialize(wire::ssl_request{}, plain_);
    }
}

bytes_view cancellation::output() const noexcept {
    return channel_.encrypted() ? channel_.outgoing() : bytes_view{plain_}.subspan(sent_);
}

void cancellation::written(std::size_t n) noexcept {
    if (channel_.encrypted()) return channel_.sent(n);
    sent_ += n;
}

std::span<std::byte> cancellation::input_space() {
    if (channel_.encrypted()) return channel_.ciphertext_space(read_size);
    input_.resize(1);  // the answer to SSLRequest; what comes with it is left to TLS, which refuses it
    return input_;
}

void cancellation::commit(std::size_t n) {
    if (channel_.encrypted()) {
        channel_.commit(n);
        if (state_ == state::tls_handshake) step_tls();
    } else if (state_ == state::tls_reply) {
        if (input_[0] != std::byte{'S'}) {
            state_ = state::failed;
            return;
        }
        begin_tls();
    }
}

void cancellation::input_ended() noexcept { state_ = state_ == state::sent ? state::done : state::failed; }

void cancellation::begin_tls() {
    state_ = state::tls_handshake;
    channel_.start_tls(tls_, server_);
    step_tls();
}

void cancellation::step_tls() {
    switch (channel_.handshake()) {
        case net::channel::progress::need_input: return;
        case net::channel::progress::failed: state_ = state::failed; return;
        case net::channel::progress::done: state_ = channel_.encrypt(request_) ? state::failed : state::sent;
    }
}

}  // namespace howdah::core
