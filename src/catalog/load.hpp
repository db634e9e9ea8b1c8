#pragma once
// Bytes and names in, proven definitions out. The loader does no input or output of its own.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/battery.hpp"
#include "catalog/coding.hpp"
#include "catalog/episode_coding.hpp"
#include "catalog/instrument.hpp"
#include "catalog/position_rule.hpp"
#include "catalog/protocol.hpp"
#include "catalog/technique.hpp"

namespace securebase::catalog {

/// A file as it stands, with the name people know it by, such as "instruments/ecr/1998/instrument.toml".
struct Document {
  std::string name;
  std::string bytes;
};

/// The files of one version's folder: instrument.toml, golden.toml and any text.<locale>.toml and
/// calibration.<anything>.toml.
/// Everything is proven before it is returned: every item exists, is scored or declared filler, ranges agree,
/// bands begin at the lowest score, norms are in the unit of the score, every number has a source, golden
/// cases are complete. (That golden cases give the expected scores is proven by measures::prove_golden.)
/// Faults come file by file, instrument.toml first, in the order of their lines, and name file, line and
/// field; at most 1000 of a file. A file with a missing field or one of the wrong type is reported for those
/// alone: its proofs need the fields. Wording and golden cases are held against a proven instrument only.
///
/// `GoldenFiles::passed_over`, for definitions that were proven before (those in the program, when it was
/// built): golden cases are neither read nor missed.
enum class GoldenFiles { needed, passed_over };
[[nodiscard]] Result<Instrument, Faults> load_instrument(std::span<const Document> files,
                                                         GoldenFiles golden = GoldenFiles::needed);

/// A calibration that stands by itself, held against its instrument: the instrument with these calibrations
/// instead of its own, and the sources they name.
[[nodiscard]] Result<Instrument, Faults> with_calibration(Instrument instrument, const Document& file);

/// The bytes of a calibration.toml that reads back as the same; `sources` are those the instrument lacks.
[[nodiscard]] std::string calibration_file(const Instrument& instrument,
                                           const std::vector<Calibration>& calibrations,
                                           const std::vector<Source>& sources);

/// Definitions, several versions of an instrument side by side.
struct Library {
  std::vector<Instrument> instruments;
  std::vector<Battery> batteries;  ///< held against the instruments by prove_batteries()
  std::vector<CodingSystem> codings;
  std::vector<EpisodeCoding> episode_codings;
  std::vector<PositionRule> positions;  ///< positions.toml; held against the instruments by prove_positions()
  std::vector<Hold> holds;
  std::vector<Technique> techniques;  ///< held against the holds by prove_techniques()
  std::vector<Exercise> exercises;
  ExerciseRules exercise_rules;
  std::vector<Protocol> protocols;  ///< held against techniques, holds and instruments by prove_protocols()
};

/// Groups documents by folder and loads each. Batteries (battery.<id>.toml) and codings of episodes
/// (episodes.<id>.toml) are read wherever they lie, coding systems at codings/<id>/<version>.toml, protocols
/// at protocols/<id>/<version>.toml, holds.toml, techniques.toml and exercises.toml wherever they lie. Files
/// named otherwise are ignored. Two folders with the same id and version are a fault ("definition.id_twice").
[[nodiscard]] Result<Library, Faults> load_library(std::span<const Document> documents,
                                                   GoldenFiles golden = GoldenFiles::needed);

/// Adds definitions, batteries and codings; those of the same id and version are replaced. Returns which
/// instruments and batteries, as "ecr@1998" and "battery adult".
std::vector<std::string> add_to(Library& library, Library added);

/// TOML files beside an instrument.toml whose name says nothing to the loader.
[[nodiscard]] std::vector<std::string> ignored_files(std::span<const Document> documents);

/// By "ecr" (the latest version in the library) or "ecr@1998", case ignored. Not found: the error names what
/// is near, or the versions there are.
[[nodiscard]] Result<const Instrument*> find_instrument(const Library& library, std::string_view reference);

}  // namespace securebase::catalog
