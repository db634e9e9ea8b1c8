#pragma once
// The JSON documents commands print. Each carries `schema`, a name with a version: fields are added to a
// version, never changed or taken away. Absent numbers are null. Texts end in a line feed.

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "catalog/load.hpp"
#include "measures/change.hpp"
#include "measures/describe.hpp"
#include "measures/scoring.hpp"
#include "wire/people.hpp"

namespace securebase::wire {

/// What became of the rows of a file.
struct FileAccount {
  std::string file;
  std::size_t rows = 0;       ///< read and used
  std::size_t left_out = 0;   ///< malformed
  std::size_t blank = 0;      ///< every field blank: passed over
  std::vector<Error> faults;  ///< the first of the malformed ones
};

/// Which definitions there are.
struct Inventory {
  std::size_t built_in = 0;
  std::vector<std::pair<std::string, std::size_t>> of_folders;  ///< how many a folder of the user's has
  std::vector<std::string> replaced;  ///< built in or of an earlier folder, as "phq-9@2001"
  std::vector<std::string> ignored;   ///< TOML files beside a definition that mean nothing

  [[nodiscard]] std::size_t count() const;
};

/// "securebase.battery_details/1": what is asked of whom when, and the burden of each.
[[nodiscard]] std::string battery_document(const catalog::Battery& battery, const catalog::Library& library);

/// "securebase.scores/1": one filling-in.
[[nodiscard]] std::string scores_document(const measures::Scores& scores);

/// "securebase.change/1": two filling-ins of one person.
[[nodiscard]] std::string change_document(const measures::ChangeReport& report);

/// "securebase.description/1"
[[nodiscard]] std::string description_document(const measures::Description& description,
                                               const FileAccount& account, const PersonReader& people);

/// "securebase.instruments/1": a line on each.
[[nodiscard]] std::string instruments_document(const catalog::Library& library);

/// "securebase.instrument_details/1": all that is known about one.
[[nodiscard]] std::string instrument_document(const catalog::Instrument& instrument);

/// "securebase.check/1": the outcome of proving definitions.
[[nodiscard]] std::string check_document(const Inventory& inventory, const Faults& faults);

/// Rows of scores as one document, "securebase.score_rows/1", written piece by piece so that memory does not
/// grow.
class ScoreRowsDocument {
 public:
  [[nodiscard]] std::string begin(const catalog::Instrument& instrument, const catalog::Order& order);
  /// `kept`: name and text of the columns passed through.
  [[nodiscard]] std::string row(std::size_t line,
                                const std::vector<std::pair<std::string, std::string>>& kept,
                                const std::vector<measures::Score>& scores,
                                const std::vector<measures::CriterionResult>& criteria,
                                const std::vector<measures::RiskAnswer>& risks);
  [[nodiscard]] std::string end(const FileAccount& account, const PersonReader& people);

 private:
  bool first_ = true;
};

}  // namespace securebase::wire
