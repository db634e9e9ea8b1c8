#pragma once
// Who owns an instrument's wording, under what terms, where to ask, and a letter that asks. In our words,
// from the definition's licence; nobody writes to anybody by this.

#include <string>
#include <vector>

#include "catalog/instrument.hpp"

namespace securebase::catalog {

/// Of whoever asks. Empty: a mark in brackets stands in the letter, to be filled in.
struct AskingPractice {
  std::string name;
  std::string purpose;
  std::string clients;  ///< how many a year, in words or figures
  std::string languages;
};

struct WordingGuide {
  std::string title;      ///< "Patient Health Questionnaire, nine items (PHQ-9, version 2001)"
  std::string holder;     ///< who owns the wording; empty: not known
  std::string terms;      ///< in our words
  bool verified = false;  ///< the terms have been seen at their source
  std::string note;       ///< why not
  std::string attribution;
  std::vector<Source> sources;     ///< where to ask or to look, what says the terms first
  std::vector<std::string> steps;  ///< what to do, in this order
  std::string letter;              ///< empty where nobody has to be asked
};

[[nodiscard]] WordingGuide make_wording_guide(const Instrument& instrument,
                                              const AskingPractice& practice = {});

}  // namespace securebase::catalog
