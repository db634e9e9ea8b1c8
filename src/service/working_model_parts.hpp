#pragma once
// Internal to service: between what is stored and what the map shows.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/working_model.hpp"

namespace securebase::service {

/// Sent sheets of one person in one course about themselves, as the engine takes them.
struct MapSheets {
  attachment::Course course;
  Date origin;                              ///< month 0
  std::map<std::string, FigureKind> kinds;  ///< of its figures, by key
  std::vector<MapForm> forms;
  std::vector<std::string> direction_forms;  ///< short names of measures that give a direction only
  std::vector<MapIgnored> ignored;
  std::int64_t prorated = 0;  ///< sheets where some questions were left out

  /// The day that a month of the course stands for.
  [[nodiscard]] Date day_of(double month) const;
};

/// Sheets of the map, of one person or of everybody's: respondent and subject are one, sent.
[[nodiscard]] Result<std::vector<Administration>> map_sheets(Transaction& transaction,
                                                             std::vector<Condition> which);

/// Reads answers, figures and what forms rest on; what many sheets share is read once.
class MapGatherer {
 public:
  MapGatherer(Transaction& transaction, const Practice& practice);
  ~MapGatherer();
  MapGatherer(const MapGatherer&) = delete;
  MapGatherer& operator=(const MapGatherer&) = delete;

  /// Of one person in one course.
  [[nodiscard]] Result<MapSheets> gather(const std::vector<Administration>& sheets);

 private:
  struct Form;
  struct Seen;
  struct Wanted {
    const Administration* sheet = nullptr;
    const Form* form = nullptr;
  };
  const Form& form_of(const Administration& sheet);
  [[nodiscard]] Result<bool> read_figures(const std::vector<Administration>& sheets, MapSheets& into);
  /// Those that tell something; of the others about attachment it is noted why not.
  [[nodiscard]] std::vector<Wanted> choose(const std::vector<Administration>& sheets, MapSheets& into);
  [[nodiscard]] Result<std::map<Id<Administration>, ResponseSheet>> read_answers(
      const std::vector<Wanted>& wanted);
  [[nodiscard]] Result<std::vector<Seen>> read_scores(const std::vector<Wanted>& wanted, MapSheets& into);
  static void add_direction(const Seen& one, MapSheets& into);
  static void add_place(const Seen& one, bool by_state, MapSheets& into);

  Transaction* transaction_;
  const Practice* practice_;
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Form>> forms_;
};

/// What relationships have in common, as it is used.
struct UsedLaws {
  attachment::Hyperparameters hyperparameters;
  std::optional<Instant> computed_at;  ///< of those that were fitted
};
/// Those that were fitted, otherwise the proposals of the program. Error "record.value" (internal).
[[nodiscard]] Result<UsedLaws> used_laws(Transaction& transaction);

/// The two faces.
[[nodiscard]] Result<AttachmentMap> map_of(const MapSheets& sheets, const UsedLaws& laws, bool risk_is_open);
[[nodiscard]] Result<ShownMap> shown_map_of(const MapSheets& sheets, const UsedLaws& laws);

}  // namespace securebase::service
