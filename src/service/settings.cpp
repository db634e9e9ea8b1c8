#include "service/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "service/erase.hpp"

namespace securebase::service {
namespace {

constexpr int most_years = 100;
constexpr std::string_view demo_mark = "is_demo";
constexpr std::string_view risk_person = "risk_person";
constexpr std::string_view risk_phone = "risk_phone";
constexpr std::string_view risk_hours = "risk_hours";
constexpr std::string_view risk_tested_at = "risk_tested_at";
constexpr std::string_view risk_tested_how = "risk_tested_how";
constexpr std::string_view reached_address = "portal_reached_address";
constexpr std::string_view reached_at = "portal_reached_at";

std::optional<int> parse_years(std::string_view text) {
  int years = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), years);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || years < 0 || years > most_years) return std::nullopt;
  return years;
}

/// Several settings, each empty where it was never set.
template <std::size_t n>
Result<std::array<std::string, n>> values(Transaction& transaction,
                                          const std::array<std::string_view, n>& names) {
  std::array<std::string, n> found;
  for (std::size_t i = 0; i < n; ++i) {
    auto value = setting(transaction, names[i]);
    if (!value) return tl::unexpected(value.error());
    found[i] = std::move(*value);
  }
  return found;
}

Result<PortalState> portal_state(Transaction& transaction, const Practice& practice) {
  const auto kept = values(transaction, std::array{reached_address, reached_at});
  if (!kept) return tl::unexpected(kept.error());
  PortalState state{practice.portal_address, {}};
  if ((*kept)[0] == practice.portal_address) state.reached_at = parse_instant((*kept)[1]);
  return state;
}

Result<Settings> all(Transaction& transaction, const Practice& practice) {
  auto name = setting(transaction, practice_name);
  if (!name) return tl::unexpected(name.error());
  auto path = risk_path(transaction);
  if (!path) return tl::unexpected(path.error());
  auto portal = portal_state(transaction, practice);
  if (!portal) return tl::unexpected(portal.error());
  const auto years = years_to_keep(transaction);
  if (!years) return tl::unexpected(years.error());
  return Settings{std::move(*name), std::move(*path), std::move(*portal), *years};
}

Result<bool> check(const std::optional<std::string>& value, std::string_view name, std::size_t shortest) {
  if (!value || (value->size() >= shortest && value->size() <= longest_setting)) return true;
  return fail(ErrorKind::bad_data, "settings.value", fmt::format("{} to {} bytes", shortest, longest_setting),
              Place{"", 0, 0, std::string(name)});
}

Result<bool> check(const ChangeSettings& input) {
  if (auto fits = check(input.practice_name, practice_name, 1); !fits) return fits;
  if (auto fits = check(input.risk_person, risk_person, 0); !fits) return fits;
  if (auto fits = check(input.risk_phone, risk_phone, 0); !fits) return fits;
  if (auto fits = check(input.risk_hours, risk_hours, 0); !fits) return fits;
  const int years = input.retention_years.value_or(0);
  if (years >= 0 && years <= most_years && !(input.retention_years && input.no_retention)) return true;
  return fail(ErrorKind::bad_data, "settings.value",
              fmt::format("0 to {} years, or no_retention without years", most_years),
              Place{"", 0, 0, std::string(retention_years)});
}

Result<bool> keep(Transaction& transaction, const Practice& practice, std::string_view name,
                  const std::optional<std::string>& value) {
  return keep_setting(transaction, practice, name, value);
}

/// Another person or number: what was tested was something else.
Result<bool> forget_test(Transaction& transaction, const Practice& practice, const ChangeSettings& input) {
  const auto path = risk_path(transaction);
  if (!path) return tl::unexpected(path.error());
  const bool same = input.risk_person.value_or(path->person) == path->person &&
                    input.risk_phone.value_or(path->phone) == path->phone &&
                    input.risk_hours.value_or(path->hours) == path->hours;
  return same ? Result<bool>(true) : keep(transaction, practice, risk_tested_at, "");
}

}  // namespace

bool RiskPath::is_named() const {
  // Letters of any script count, signs alone do not.
  const auto words = [](const std::string& text) {
    return std::count_if(text.begin(), text.end(), [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return byte >= 0x80 || (byte >= '0' && byte <= '9') || ((byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z');
    });
  };
  const auto digits = std::count_if(phone.begin(), phone.end(), [](char c) { return c >= '0' && c <= '9'; });
  return words(person) >= 2 && words(hours) >= 2 && digits >= 3;
}

std::string RiskPath::contact() const {
  std::string text = person;
  for (const std::string& part : {phone, hours})
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  return text;
}

Result<RiskPath> risk_path(Transaction& transaction) {
  auto kept = values(transaction, std::array{risk_person, risk_phone, risk_hours, risk_tested_at});
  if (!kept) return tl::unexpected(kept.error());
  auto& [person, phone, hours, tested] = *kept;
  return RiskPath{std::move(person), std::move(phone), std::move(hours), parse_instant(tested)};
}

Result<bool> is_portal_reached(Transaction& transaction, const Practice& practice) {
  auto demo = is_demo(transaction);
  if (!demo || *demo) return demo;
  const auto state = portal_state(transaction, practice);
  if (!state) return tl::unexpected(state.error());
  return !state->address.empty() && state->reached_at.has_value();
}

Result<bool> note_portal_reached(Transaction& transaction, const Practice& practice) {
  if (auto kept = keep(transaction, practice, reached_address, practice.portal_address); !kept) return kept;
  return keep(transaction, practice, reached_at, securebase::to_text(practice.clock.now()));
}

Result<PhoneState> phone_state(const Practice& practice, const Actor& actor) {
  return look<PhoneState>(practice, actor, {"settings.phone", Permission::signed_in, {}, {}, ""},
                          [&](Transaction& transaction) -> Result<PhoneState> {
                            auto portal = portal_state(transaction, practice);
                            if (!portal) return tl::unexpected(portal.error());
                            auto path = risk_path(transaction);
                            if (!path) return tl::unexpected(path.error());
                            const auto offered = is_portal_reached(transaction, practice);
                            if (!offered) return tl::unexpected(offered.error());
                            return PhoneState{std::move(*portal), std::move(*path), *offered};
                          });
}

Result<Settings> note_tested_path(const Practice& practice, const Actor& actor, const TestedPath& input) {
  if (letters_in(input.how) < shortest_test || input.how.size() > longest_setting)
    return fail(ErrorKind::bad_data, "settings.value",
                fmt::format("what was tried and who answered, in {} letters at least", shortest_test),
                Place{"", 0, 0, "how"});
  return carry_out<Settings>(
      practice, actor, {"settings.risk_path_tested", Permission::manage_practice, {}, {}, ""},
      [&](Transaction& transaction) -> Result<Settings> {
        auto path = risk_path(transaction);
        if (!path) return tl::unexpected(path.error());
        path->tested_at = practice.clock.now();
        if (!path->is_ready())
          return fail(ErrorKind::conflict, "settings.risk_path",
                      "name the person, the number and the hours before they are tested");
        if (auto kept = keep(transaction, practice, risk_tested_how, input.how); !kept)
          return tl::unexpected(kept.error());
        if (auto kept = keep(transaction, practice, risk_tested_at, securebase::to_text(*path->tested_at));
            !kept)
          return tl::unexpected(kept.error());
        return all(transaction, practice);
      });
}

Result<bool> keep_setting(Transaction& transaction, const Practice& practice, std::string_view name,
                          const std::optional<std::string>& value) {
  if (!value) return true;
  auto known = find<Setting>(transaction, where(&Setting::name, std::string(name)));
  if (!known) return tl::unexpected(known.error());
  if (!*known)
    return insert(transaction, Setting{new_id<Setting>(practice.entropy), std::string(name), *value});
  (*known)->value = *value;
  return replace(transaction, **known);
}

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
  return look<Settings>(practice, actor, {"settings.read", Permission::manage_practice, {}, {}, ""},
                        [&](Transaction& transaction) { return all(transaction, practice); });
}

Result<Settings> change_settings(const Practice& practice, const Actor& actor, const ChangeSettings& input) {
  if (auto fits = check(input); !fits) return tl::unexpected(fits.error());
  std::optional<std::string> years;
  if (input.no_retention) years = "";
  if (input.retention_years) years = std::to_string(*input.retention_years);
  const std::pair<std::string_view, const std::optional<std::string>&> changes[] = {
      {practice_name, input.practice_name},
      {risk_person, input.risk_person},
      {risk_phone, input.risk_phone},
      {risk_hours, input.risk_hours},
      {retention_years, years}};
  return carry_out<Settings>(practice, actor, {"settings.change", Permission::manage_practice, {}, {}, ""},
                             [&](Transaction& transaction) -> Result<Settings> {
                               if (auto forgotten = forget_test(transaction, practice, input); !forgotten)
                                 return tl::unexpected(forgotten.error());
                               for (const auto& [name, value] : changes)
                                 if (auto kept = keep(transaction, practice, name, value); !kept)
                                   return tl::unexpected(kept.error());
                               return all(transaction, practice);
                             });
}

}  // namespace securebase::service
