#include "howdah/base/secret_string.hpp"

#include <utility>

namespace howdah {

void wipe(void* memory, std::size_t size) noexcept {
    auto* p = static_cast<volatile char*>(memory);
    for (std::size_t i = 0; i < size; ++i) p[i] = 0;
}

secret_string::secret_string(std::string_view text) : text_{text} {}
secret_string::secret_string(const secret_string& other) = default;

// A short string moves by copy, so the source is wiped too.
secret_string::secret_string(secret_string&& other) noexcept : text_{std::move(other.text_)} {
    wipe(other.text_.data(), other.text_.capacity());
    other.text_.clear();
}

secret_string& secret_string::operator=(secret_string other) noexcept {
    // Not swap: it leaves the tail of a short old text, and a copy on the stack.
    wipe(text_.data(), text_.capacity());
    text_ = std::move(other.text_);
    return *this;
}

secret_string::~secret_string() { wipe(text_.data(), text_.capacity()); }

bool operator==(const secret_string& a, const secret_string& b) noexcept {
    if (a.text_.size() != b.text_.size()) return false;
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.text_.size(); ++i)
        difference |= static_cast<unsigned char>(a.text_[i]) ^ static_cast<unsigned char>(b.text_[i]);
    return difference == 0;
}

}  // namespace howdah
