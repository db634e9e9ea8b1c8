#include "service/settings.hpp"

#include <fmt/format.h>

namespace securebase::service {
namespace {

Result<Settings> all(Transaction& transaction) {
  auto name = setting(transaction, practice_name);
  if (!name) return tl::unexpected(name.error());
  auto contact = setting(transaction, portal_risk_contact);
  if (!contact) return tl::unexpected(contact.error());
  return Settings{std::move(*name), std::move(*contact)};
}

Result<bool> check(const std::optional<std::string>& value, std::string_view name, std::size_t shortest) {
  if (!value || (value->size() >= shortest && value->size() <= longest_setting)) return true;
  return fail(ErrorKind::bad_data, "settings.value", fmt::format("{} to {} bytes", shortest, longest_setting),
              Place{"", 0, 0, std::string(name)});
}

Result<bool> keep(Transaction& transaction, const Practice& practice, std::string_view name,
                  const std::optional<std::string>& value) {
  if (!value) return true;
  auto known = find<Setting>(transaction, where(&Setting::name, std::string(name)));
  if (!known) return tl::unexpected(known.error());
  if (!*known)
    return insert(transaction, Setting{new_id<Setting>(practice.entropy), std::string(name), *value});
  (*known)->value = *value;
  return replace(transaction, **known);
}

}  // namespace

Result<std::string> setting(Transaction& transaction, std::string_view name) {
  const auto found = find<Setting>(transaction, where(&Setting::name, std::string(name)));
  if (!found) return tl::unexpected(found.error());
  return *found ? (*found)->value : std::string();
}

Result<Settings> read_settings(const Practice& practice, const Actor& actor) {
  return look<Settings>(practice, actor, {"settings.read", Permission::manage_practice, {}, {}, ""}, all);
}

Result<Settings> change_settings(const Practice& practice, const Actor& actor, const ChangeSettings& input) {
  if (auto fits = check(input.practice_name, practice_name, 1); !fits) return tl::unexpected(fits.error());
  if (auto fits = check(input.portal_risk_contact, portal_risk_contact, 0); !fits)
    return tl::unexpected(fits.error());
  return carry_out<Settings>(
      practice, actor, {"settings.change", Permission::manage_practice, {}, {}, ""},
      [&](Transaction& transaction) -> Result<Settings> {
        if (auto kept = keep(transaction, practice, practice_name, input.practice_name); !kept)
          return tl::unexpected(kept.error());
        if (auto kept = keep(transaction, practice, portal_risk_contact, input.portal_risk_contact); !kept)
          return tl::unexpected(kept.error());
        return all(transaction);
      });
}

}  // namespace securebase::service
