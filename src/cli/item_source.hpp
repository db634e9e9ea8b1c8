#pragma once
// Internal to cli: answers to the items of one scale, as item response models take them, from a file of
// answers and a definition or from columns by name.

#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/fit.hpp"
#include "models/item_models.hpp"

namespace securebase::cli {

struct ItemSource {
  AnswerFile file;
  InstrumentChoice choice;
  std::string scale;
  std::vector<std::string> items;
  std::vector<std::string> reversed;
  std::string group;
  std::string groups;
  std::vector<int> bands;

  void add_to(CLI::App& app);

  struct Read {
    models::ItemAnswers answers;
    InstrumentChoice::Found found;              ///< nothing where columns were named
    const catalog::Scale* scale = nullptr;      ///< the same
    std::vector<int> positions;                 ///< of the items, in the order
    std::vector<measures::PersonGroup> people;  ///< of each row, where there is a definition
    std::vector<std::string> doubts;            ///< what was not believed of them, told
  };
  /// Errors "usage.items", "usage.scale", "usage.group"; those of reading.
  [[nodiscard]] Result<Read> read(Desk& desk) const;

 private:
  [[nodiscard]] Result<Read> read_defined(Desk& desk) const;
  [[nodiscard]] Result<Read> read_columns(Desk& desk) const;
};

/// The scale of that name, or the only one. Error "usage.scale" names those there are.
[[nodiscard]] Result<const catalog::Scale*> scale_named(const catalog::Instrument& instrument,
                                                        const std::string& id);

/// "18 to 24" of rising first ages.
[[nodiscard]] std::string age_band(const std::vector<int>& bands, int age);
inline const std::vector<int> usual_bands = {18, 25, 35, 45, 55, 65};

/// --calibration: item parameters of the user's own instead of the definition's.
struct CalibrationChoice {
  std::vector<std::string> paths;

  void add_to(CLI::App& app);
  /// The instrument with them. Error: the first fault of a file, "io...".
  [[nodiscard]] Result<catalog::Instrument> of(const catalog::Instrument& instrument) const;
};

}  // namespace securebase::cli
