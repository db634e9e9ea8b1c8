#include "service/settings.hpp"

#include <fmt/format.h>

#include <charconv>

#include "service/erase.hpp"

namespace securebase::service {
namespace {

constexpr int most_years = 100;
constexpr std::string_view demo_mark = "is_demo";

std::optional<int> parse_years(std::string_view text) {
  int years = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), years);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || years < 0 || years > most_years) return std::nullopt;
  return years;
}

Result<Settings> all(Transaction& transaction) {
  auto name = setting(transaction, practice_name);
  if (!name) return tl::unexpected(name.error());
  auto contact = setting(transaction, portal_risk_contact);
  if (!contact) return tl::unexpected(contact.error());
  const auto years = years_to_keep(transaction);
  if (!years) return tl::unexpected(years.error());
  return Settings{std::move(*name), std::move(*contact), *years};
}

Result<bool> check(const std::optional<std::string>& value, std::string_view name, std::size_t shortest) {
  if (!value || (value->size() >= shortest && value->size() <= longest_setting)) return true;
  return fail(ErrorKind::bad_data, "settings.value", fmt::format("{} to {} bytes", shortest, longest_setting),
              Place{"", 0, 0, std::string(name)});
}

Result<bool> check(const ChangeSettings& input) {
  if (auto fits = check(input.practice_name, practice_name, 1); !fits) return fits;
  if (auto fits = check(input.portal_risk_contact, portal_risk_contact, 0); !fits) return fits;
  const int years = input.retention_years.value_or(0);
  if (years >= 0 && years <= most_years && !(input.retention_years && input.no_retention)) return true;
  return fail(ErrorKind::bad_data, "settings.value",
              fmt::format("0 to {} years, or no_retention without years", most_years),
              Place{"", 0, 0, std::string(retention_years)});
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

Result<bool> is_demo(Transaction& transaction) {
  const auto mark = setting(transaction, demo_mark);
  if (!mark) return tl::unexpected(mark.error());
  return !mark->empty();
}

Result<bool> mark_demo(Transaction& transaction, const Practice& practice) {
  return keep(transaction, practice, demo_mark, "yes");
}

Result<bool> is_demo(const Practice& practice) {
  bool demo = false;
  auto done = practice.store.read([&](Transaction& transaction) -> Result<bool> {
    auto marked = is_demo(transaction);
    demo = marked.value_or(false);
    return marked ? Result<bool>(true) : marked;
  });
  if (!done) return done;
  return demo;
}

Result<std::optional<int>> years_to_keep(Transaction& transaction) {
  const auto text = setting(transaction, retention_years);
  if (!text) return tl::unexpected(text.error());
  if (text->empty()) return std::optional<int>();
  const auto years = parse_years(*text);
  if (years) return years;
  return fail(ErrorKind::internal, "record.value", "a stored value that this version does not know",
              Place{"setting", 0, 0, std::string(retention_years)});
}

Result<Settings> read_settings(const Practice& practice, const Actor& actor) {
  return look<Settings>(practice, actor, {"settings.read", Permission::manage_practice, {}, {}, ""}, all);
}

Result<Settings> change_settings(const Practice& practice, const Actor& actor, const ChangeSettings& input) {
  if (auto fits = check(input); !fits) return tl::unexpected(fits.error());
  std::optional<std::string> years;
  if (input.no_retention) years = "";
  if (input.retention_years) years = std::to_string(*input.retention_years);
  const std::pair<std::string_view, const std::optional<std::string>&> changes[] = {
      {practice_name, input.practice_name},
      {portal_risk_contact, input.portal_risk_contact},
      {retention_years, years}};
  return carry_out<Settings>(practice, actor, {"settings.change", Permission::manage_practice, {}, {}, ""},
                             [&](Transaction& transaction) -> Result<Settings> {
                               for (const auto& [name, value] : changes)
                                 if (auto kept = keep(transaction, practice, name, value); !kept)
                                   return tl::unexpected(kept.error());
                               return all(transaction);
                             });
}

}  // namespace securebase::service
