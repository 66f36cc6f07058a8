#include "howdah/types/type_map.hpp"

#include <utility>

#include "howdah/types/builtin_types.hpp"

namespace howdah {
namespace {

// PostgreSQL has no limit, but nothing that makes sense comes near this one, and a hostile catalog could name a circle.
constexpr int most_nested_domains = 32;

}  // namespace

const type_description* type_map::find(oid type) const noexcept {
    const auto found = types_.find(type);
    return found == types_.end() ? nullptr : &found->second;
}

void type_map::insert(type_description d) {
    const auto type = d.type;
    types_.insert_or_assign(type, std::move(d));
}

const type_description* type_ref::description() const noexcept {
    if (known == nullptr) return nullptr;
    const auto* found = known->find(type);
    return found != nullptr && found->kind != type_kind::missing ? found : nullptr;
}

bool type_ref::may_be_called(std::string_view name) const noexcept {
    const auto* d = description();
    return d == nullptr || d->name == name;
}

std::string type_ref::name() const {
    if (const auto builtin = type_name(type); !builtin.empty()) return std::string{builtin};
    if (const auto* d = description()) return d->name;
    return "oid " + std::to_string(static_cast<std::uint32_t>(type));
}

type_ref type_ref::base_in_map() const noexcept {
    auto out = *this;
    for (int i = 0; i < most_nested_domains; ++i) {
        const auto* d = out.description();
        if (d == nullptr || d->kind != type_kind::domain) break;
        out.type = d->base;
    }
    return out;
}

type_ref type_ref::element() const noexcept {
    if (!looked_up()) return related(element_of(type));
    const auto* d = description();
    return related(d != nullptr ? d->element : oid{});
}

type_ref type_ref::bound() const noexcept {
    if (!looked_up()) return related(bound_of(type));
    const auto* d = description();
    return related(d != nullptr && d->kind == type_kind::range ? d->bound : oid{});
}

char type_ref::delimiter() const noexcept {
    if (!looked_up()) return types::find_builtin(type)->delimiter;
    const auto* d = description();
    return d != nullptr ? d->delimiter : ',';
}

}  // namespace howdah
