#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "howdah/observe/event_fields.hpp"
#include "howdah/observe/observer.hpp"

namespace howdah::observe {

/// An event with all that it points to.
class kept_event {
public:
    kept_event() = default;
    kept_event(const kept_event&) = delete;
    kept_event& operator=(const kept_event&) = delete;
    virtual ~kept_event() = default;
    virtual void tell(observer& to) const noexcept = 0;
    /// About so many bytes are kept.
    virtual std::size_t size() const noexcept = 0;
};

template <class Event>
class kept final : public kept_event {
public:
    kept(const Event& e, std::size_t longest_text) : event_{e} {
        std::size_t size = 0;
        for_each_field(e, [&](std::string_view, const auto& field) { size += length(field, longest_text); });
        texts_.reserve(size);  // views into it follow
        for_each_field(event_, [&](std::string_view, auto& field) { own(field, longest_text); });
        if constexpr (requires { e.parameters; })  // JSON is not cut
            if (e.parameters.size() > longest_text) event_.parameters = {};
    }

    void tell(observer& to) const noexcept override { observe::tell(&to, event_); }
    std::size_t size() const noexcept override {
        return sizeof *this + texts_.capacity() + (notice_ ? notice_->message.size() + notice_->detail.size() : 0);
    }

private:
    static std::size_t length(std::string_view text, std::size_t longest) { return std::min(text.size(), longest); }
    template <class Field>
    static std::size_t length(const Field&, std::size_t) {
        return 0;
    }

    void own(std::string_view& text, std::size_t longest) {
        const auto start = texts_.size();
        texts_ += text.substr(0, longest);
        text = std::string_view{texts_}.substr(start);
    }
    void own(const error*& failure, std::size_t) {
        if (failure != nullptr) failure = &failure_.emplace(*failure);
    }
    void own(const server_message*& notice, std::size_t) {
        if (notice != nullptr) notice = &notice_.emplace(*notice);
    }
    template <class Field>
    void own(Field&, std::size_t) {}

    Event event_;
    std::string texts_;
    std::optional<error> failure_;
    std::optional<server_message> notice_;
};

}  // namespace howdah::observe
