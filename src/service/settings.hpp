#pragma once
// What a practice has settled for itself.

#include <optional>
#include <string>
#include <string_view>

#include "service/practice.hpp"

namespace securebase::service {

inline constexpr std::string_view practice_name = "practice_name";
inline constexpr std::size_t longest_setting = 500;  ///< bytes

/// Whom a client calls, and who looks at risk answers that come from phones. Without all four no sheet on a
/// phone asks a risk item.
struct RiskPath {
  std::string person;  ///< by name
  std::string phone;
  std::string hours;  ///< when somebody is there
  std::optional<Instant> tested_at;

  /// Person and hours in words, a number of three digits at least.
  [[nodiscard]] bool is_named() const;
  [[nodiscard]] bool is_ready() const { return is_named() && tested_at.has_value(); }
  /// As a client reads it: "Dana Reyes, 030 1234, weekdays 9 to 17"; empty: nobody is named.
  [[nodiscard]] std::string contact() const;

  static constexpr auto fields(const auto& use) {
    return use(Field{"person", &RiskPath::person}, Field{"phone", &RiskPath::phone},
               Field{"hours", &RiskPath::hours}, Field{"tested_at", &RiskPath::tested_at});
  }
};

/// Where clients' phones go.
struct PortalState {
  std::string address;                ///< empty: this practice has no portal yet
  std::optional<Instant> reached_at;  ///< when a phone last proved that it can be reached there

  static constexpr auto fields(const auto& use) {
    return use(Field{"address", &PortalState::address}, Field{"reached_at", &PortalState::reached_at});
  }
};

struct Settings {
  std::string practice_name;
  RiskPath risk_path;
  PortalState portal;
  std::optional<int> retention_years;  ///< erase.hpp; nothing: nothing has to be kept

  static constexpr auto fields(const auto& use) {
    return use(Field{"practice_name", &Settings::practice_name}, Field{"risk_path", &Settings::risk_path},
               Field{"portal", &Settings::portal}, Field{"retention_years", &Settings::retention_years});
  }
};

/// What is absent stays as it is.
struct ChangeSettings {
  std::optional<std::string> practice_name;
  std::optional<std::string> risk_person;  ///< another person or number has to be tested anew
  std::optional<std::string> risk_phone;
  std::optional<std::string> risk_hours;
  std::optional<int> retention_years;
  bool no_retention = false;  ///< nothing has to be kept any more

  static constexpr auto fields(const auto& use) {
    return use(Field{"practice_name", &ChangeSettings::practice_name},
               Field{"risk_person", &ChangeSettings::risk_person},
               Field{"risk_phone", &ChangeSettings::risk_phone},
               Field{"risk_hours", &ChangeSettings::risk_hours},
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

struct TestedPath {
  std::string how;  ///< what was tried and who answered

  static constexpr auto fields(const auto& use) { return use(Field{"how", &TestedPath::how}); }
};
inline constexpr std::size_t shortest_test = 10;  ///< letters
/// Somebody has tried the path: called the number at its hours and reached the person. Errors:
/// "settings.risk_path" (conflict): person, phone or hours are missing; "settings.value": how is not said.
[[nodiscard]] Result<Settings> note_tested_path(const Practice& practice, const Actor& actor,
                                                const TestedPath& input);

/// What everybody who gives measures has to know of the settings.
struct PhoneState {
  PortalState portal;
  RiskPath risk_path;
  bool offered = false;  ///< sheets may be given for phones

  static constexpr auto fields(const auto& use) {
    return use(Field{"portal", &PhoneState::portal}, Field{"risk_path", &PhoneState::risk_path},
               Field{"offered", &PhoneState::offered});
  }
};
[[nodiscard]] Result<PhoneState> phone_state(const Practice& practice, const Actor& actor);

// For other use cases of this room

[[nodiscard]] Result<RiskPath> risk_path(Transaction& transaction);
/// Whether a phone has reached the portal at the address it has now. True in a demonstration.
[[nodiscard]] Result<bool> is_portal_reached(Transaction& transaction, const Practice& practice);
/// A phone has.
[[nodiscard]] Result<bool> note_portal_reached(Transaction& transaction, const Practice& practice);

/// How many years a record is kept; nothing where it was never set. Error "record.value" (internal): what is
/// stored is no number of years, and nothing may be erased on the strength of that.
[[nodiscard]] Result<std::optional<int>> years_to_keep(Transaction& transaction);

/// Whether this is a demonstration: people who do not exist, and nobody else.
[[nodiscard]] Result<bool> is_demo(Transaction& transaction);
[[nodiscard]] Result<bool> mark_demo(Transaction& transaction, const Practice& practice);

/// Sets it, or sets it anew; nothing: it stays.
[[nodiscard]] Result<bool> keep_setting(Transaction& transaction, const Practice& practice,
                                        std::string_view name, const std::optional<std::string>& value);
/// A setting's value; empty where it was never set.
[[nodiscard]] Result<std::string> setting(Transaction& transaction, std::string_view name);

}  // namespace securebase::service
