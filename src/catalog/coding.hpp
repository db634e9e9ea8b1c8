#pragma once
// Coding systems: what an observer may put down while watching a recording or reading a transcript. Codes
// with a key each, at a moment or over a time; scales per episode, window or part; classes with a
// best-fitting alternative; the episodes of a procedure with soft limits. Plain values, read from
// codings/<id>/<version>.toml; a practice's own replace those of the same id and version.
//
// Labels are short and ours: no manual's wording is here, and a definition does not replace training in it.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "catalog/instrument.hpp"

namespace securebase::catalog {

struct Document;
struct Library;

/// What stands on every screen, print and export of infant and interview codes.
inline constexpr std::string_view guard_words =
    "Not for custody. Not evidence of maltreatment. Not a diagnosis.";

/// How far what a definition says has been looked up.
enum class SourceStatus {
  seen,        ///< a page, table or paper that says so has been seen
  unverified,  ///< from memory
  proposed     ///< ours: no publication says so
};
[[nodiscard]] std::string_view to_text(SourceStatus status);

enum class CodingFamily { infant, interview, play, script, session, couple, other };
[[nodiscard]] std::string_view to_text(CodingFamily family);

/// Where an entry comes from; what an entry leaves out is that of the system.
struct CodingOrigin {
  std::string source;  ///< id of a source
  SourceStatus status = SourceStatus::unverified;
  std::string note;
};

enum class EpisodeKind { play, separation, reunion, other };
[[nodiscard]] std::string_view to_text(EpisodeKind kind);

/// One episode of a procedure. Limits are soft: nothing ends by itself.
struct CodingEpisode {
  std::string id;
  std::string label;
  EpisodeKind kind = EpisodeKind::other;
  std::string present;                 ///< who is in the room
  int usual_seconds = 0;               ///< at most for separations, at least for reunions
  std::optional<int> curtail_seconds;  ///< cut short after so much unsettled crying
  std::string guidance;
  CodingOrigin origin;
};

enum class CodeSpan { moment, duration };
[[nodiscard]] std::string_view to_text(CodeSpan span);

struct CodingRange {
  double min = 0;
  double max = 0;
  double step = 1;
};
/// Whether a value is one of min, min + step ... max.
[[nodiscard]] bool is_value(const CodingRange& range, double value);

/// What is put down at a time of the recording.
struct CodingCode {
  std::string id;
  std::string label;
  std::string group;
  std::string track;  ///< whom it is about, where codes of several run side by side; may be empty
  char key = 0;       ///< a to z, 0 to 9; of one code of a system
  CodeSpan span = CodeSpan::moment;
  std::optional<CodingRange> value;  ///< such as an intensity
  std::string value_label;
  std::string help;
  CodingOrigin origin;
};

/// What one rating is of.
enum class RatedPart {
  whole,    ///< the recording or transcript
  episode,  ///< each of some episodes
  window,   ///< each stretch of window_seconds
  part      ///< each story, question or episode that was told
};
[[nodiscard]] std::string_view to_text(RatedPart part);

struct CodingScale {
  std::string id;
  std::string label;
  std::string group;
  CodingRange range;
  std::string low;   ///< what the lowest says
  std::string high;  ///< what the highest says
  RatedPart per = RatedPart::whole;
  std::vector<std::string> episodes;  ///< for RatedPart::episode
  bool averaged = false;              ///< the mean over parts is shown beside them
  std::string help;
  CodingOrigin origin;
};

struct CodingClass {
  std::string id;
  std::string label;
  std::string group;               ///< such as A for A1 and A2; agreement is also told of groups
  bool needs_alternative = false;  ///< is never given without the class that fits best otherwise
  CodingOrigin origin;
};

/// Above `above` on a scale the class has to be of `group` or one of `also`, below it may not be of `group`;
/// at it the coder decides.
struct CodingThreshold {
  std::vector<std::string> scales;  ///< the highest counts
  std::string group;
  std::vector<std::string> also;
  double above = 0;
  CodingOrigin origin;
};

/// Points that are shared out among scales.
struct CodingSum {
  std::vector<std::string> scales;
  double total = 0;
};

struct CodingSystem {
  std::string id;
  std::string version;
  std::string name;
  std::string abbreviation;
  CodingFamily family = CodingFamily::other;
  std::string summary;
  std::string caution;     ///< what a reader must know before reading a code
  std::string ages;        ///< may be empty
  std::string terms;       ///< training and rights, in our words
  bool certified = false;  ///< a person is coded by certified raters only, who state where and when
  int window_seconds = 0;  ///< 0: no windows
  std::string part_name;   ///< such as "Story"; empty: no parts
  int most_parts = 0;
  CodingOrigin origin;
  std::vector<Source> sources;
  std::vector<CodingEpisode> episodes;
  std::vector<CodingCode> codes;
  std::vector<CodingScale> scales;
  std::vector<CodingClass> classes;
  std::vector<CodingThreshold> thresholds;
  std::vector<CodingSum> sums;
  std::string fingerprint;  ///< of the file's bytes

  /// Whether guard_words stand wherever it is shown: of infants and of interviews, whatever a file says.
  [[nodiscard]] bool is_guarded() const {
    return family == CodingFamily::infant || family == CodingFamily::interview;
  }
};

/// Whether a path is that of a coding system: .../codings/<id>/<version>.toml
[[nodiscard]] bool is_coding_file(std::string_view path);

/// Reads and proves one file; faults are added, each with file, line and field ("definition.coding" and those
/// of the structure): ids and keys that stand twice, episodes, scales and classes that are not there, ranges
/// that hold no value, a threshold outside of its scale, a source that is not named.
[[nodiscard]] CodingSystem read_coding(const Document& file, Faults& faults);

/// By "strange-situation" (the latest version) or "strange-situation@1". Error "coding.unknown" (not_found)
/// names those there are.
[[nodiscard]] Result<const CodingSystem*> find_coding(const Library& library, std::string_view reference);

[[nodiscard]] const CodingCode* find_code(const CodingSystem& system, std::string_view id);
[[nodiscard]] const CodingScale* find_scale(const CodingSystem& system, std::string_view id);
[[nodiscard]] const CodingClass* find_class(const CodingSystem& system, std::string_view id);
[[nodiscard]] const CodingEpisode* find_episode(const CodingSystem& system, std::string_view id);

/// Whether a segment is one that a scale is rated for: "" for the whole, an episode's id, "w1", "w2" ... for
/// windows, "p1" to "p<most_parts>" for parts.
[[nodiscard]] bool is_segment(const CodingSystem& system, const CodingScale& scale, std::string_view segment);

}  // namespace securebase::catalog
