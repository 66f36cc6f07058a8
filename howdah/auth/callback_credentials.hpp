#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <utility>

#include "howdah/config/credential_provider.hpp"

namespace howdah {

/// What a function of yours gives, called at every connect: from any thread, several at a time.
class callback_credentials final : public credential_provider {
public:
    using function = std::function<secret_string(const credential_request&)>;

    /// `how`: answers::at_once only for a function that waits for nothing, since it is called on the event loop.
    explicit callback_credentials(function f, enum answers how = answers::may_wait)
        : function_{std::move(f)}, answers_{how} {}

    /// Called in front of the function when the server has refused what it gave. Set it before the first connect.
    void on_refused(std::function<void(const credential_request&)> f) { refused_ = std::move(f); }
    /// Asked behind the function, where what it gives ends: on any thread, and it must not wait. Set it before the first connect.
    void on_expiry(std::function<std::optional<credential_expiry>(const credential_request&)> f) {
        expiry_ = std::move(f);
    }
    /// What the function gave so far is out of date: pools replace their connections as they come back.
    void changed() noexcept { ++version_; }

    secret_string password(const credential_request& request) override { return function_(request); }
    void refused(const credential_request& request) override {
        if (refused_) refused_(request);
    }
    std::optional<credential_expiry> expiry(const credential_request& request) const override {
        return expiry_ ? expiry_(request) : std::nullopt;
    }
    std::uint64_t version() const noexcept override { return version_; }
    enum answers answers() const noexcept override { return answers_; }

private:
    function function_;
    std::function<void(const credential_request&)> refused_;
    std::function<std::optional<credential_expiry>(const credential_request&)> expiry_;
    enum answers answers_;
    std::atomic<std::uint64_t> version_{0};
};

}  // namespace howdah
