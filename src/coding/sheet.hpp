#pragma once
// What an observer wrote down about one recording: plain values, whatever the coding system. Times are whole
// milliseconds from the beginning of the recording. Nothing here says who is seen in it, which arm of a study
// they are in or when it was made: whoever compares sheets cannot look.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace securebase::coding {

/// A code at a moment, or for as long as it lasted.
struct CodedEvent {
  std::string code;
  std::int64_t start_ms = 0;
  std::optional<std::int64_t> end_ms;  ///< not before start; nothing: a moment
  std::string track;  ///< whom or what it is about ("mother", "infant"); one that goes without: ""

  bool operator==(const CodedEvent&) const = default;
};

/// A number on a scale of the system.
struct ScaleRating {
  std::string scale;
  std::string window;  ///< the part it is about, such as "reunion 2" or an episode; the whole clip: ""
  double value = 0;

  bool operator==(const ScaleRating&) const = default;
};

/// One of several categories, for the whole clip or a part of it: a class, a kind of marker.
struct Judgement {
  std::string question;  ///< what was judged, such as "four_way"
  std::string window;
  std::string category;

  bool operator==(const Judgement&) const = default;
};

/// How a sheet came about. Agreement is of independent ones alone.
enum class SheetKind {
  independent,  ///< by one person, who had not seen another's
  consensus,    ///< what several settled on afterwards
  gold          ///< by an expert, to train and certify others
};

/// One person's codes of one clip.
struct CodedSheet {
  std::string id;
  std::string clip;
  std::string coder;  ///< who coded, as a pseudonym
  SheetKind kind = SheetKind::independent;
  std::optional<std::int64_t> length_ms;  ///< of the clip; nothing: until the last code of any sheet
  std::vector<CodedEvent> events = {};    ///< in any order
  std::vector<ScaleRating> ratings = {};
  std::vector<Judgement> judgements = {};

  bool operator==(const CodedSheet&) const = default;
};

}  // namespace securebase::coding
