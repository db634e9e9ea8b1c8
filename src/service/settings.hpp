#pragma once
// What a practice has settled for itself.

#include <optional>
#include <string>
#include <string_view>

#include "service/practice.hpp"

namespace securebase::service {

inline constexpr std::string_view practice_name = "practice_name";
/// The named person who reads risk answers, and when. Without it no sheet on a phone asks a risk item.
inline constexpr std::string_view portal_risk_contact = "portal_risk_contact";
inline constexpr std::size_t longest_setting = 500;  ///< bytes

struct Settings {
  std::string practice_name;
  std::string portal_risk_contact;     ///< empty: nobody
  std::optional<int> retention_years;  ///< erase.hpp; nothing: nothing has to be kept

  static constexpr auto fields() {
    return std::tuple(Field{"practice_name", &Settings::practice_name},
                      Field{"portal_risk_contact", &Settings::portal_risk_contact},
                      Field{"retention_years", &Settings::retention_years});
  }
};

/// What is absent stays as it is.
struct ChangeSettings {
  std::optional<std::string> practice_name;
  std::optional<std::string> portal_risk_contact;
  std::optional<int> retention_years;
  bool no_retention = false;  ///< nothing has to be kept any more

  static constexpr auto fields() {
    return std::tuple(Field{"practice_name", &ChangeSettings::practice_name},
                      Field{"portal_risk_contact", &ChangeSettings::portal_risk_contact},
                      Field{"retention_years", &ChangeSettings::retention_years},
                      Field{"no_retention", &ChangeSettings::no_retention});
  }
};

/// Whether this is a demonstration, as the page tells everybody who is signed in.
[[nodiscard]] Result<bool> is_demo(const Practice& practice);
[[nodiscard]] Result<Settings> read_settings(const Practice& practice, const Actor& actor);
/// Error "settings.value": too long, a practice without a name, not 0 to 100 years, or
/// years and none.
[[nodiscard]] Result<Settings> change_settings(const Practice& practice, const Actor& actor,
                                               const ChangeSettings& input);

// For other use cases of this room

/// How many years a record is kept; nothing where it was never set. Error "record.value" (internal): what is
/// stored is no number of years, and nothing may be erased on the strength of that.
[[nodiscard]] Result<std::optional<int>> years_to_keep(Transaction& transaction);

/// Whether this is a demonstration: people who do not exist, and nobody else.
[[nodiscard]] Result<bool> is_demo(Transaction& transaction);
[[nodiscard]] Result<bool> mark_demo(Transaction& transaction, const Practice& practice);

/// A setting's value; empty where it was never set.
[[nodiscard]] Result<std::string> setting(Transaction& transaction, std::string_view name);

}  // namespace securebase::service
